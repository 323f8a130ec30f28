/** CloudEvents 1.0: the event, its JSON format, and its three HTTP modes. */
export {
  ATTRIBUTES,
  type AttributeName,
  type CloudEvent,
  type ExtensionValue,
  isAttributeName,
  isExtensionName,
} from './cloud-event.ts'
export {
  batchedMessage,
  binaryMessage,
  type HttpMessage,
  jsonArray,
  parseHttpMessage,
  structuredMessage,
} from './http-modes.ts'
export {
  formatCloudEvent,
  parseCloudEvent,
  parseCloudEventBatch,
  readCloudEvent,
  type WrittenEvent,
  writeEvent,
} from './json-format.ts'
