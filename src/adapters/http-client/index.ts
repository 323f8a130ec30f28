/** The HTTP client adapter: what main puts together. */
export { createEgressCheck, type EgressRule } from './egress.ts'
export { type GuardedAgents, guardedAgents } from './guarded-agents.ts'
export { createHttpClient, type HttpClientOptions } from './http-client.ts'
