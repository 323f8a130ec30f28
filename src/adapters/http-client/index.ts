/** The HTTP client adapter: what main puts together. */
export type { EgressRule } from './egress.ts'
export { createHttpClient, type HttpClientOptions } from './http-client.ts'
