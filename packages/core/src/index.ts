/** The public doors of `@unhang/core`. */
export { type FunctionTotal, type Summary, summarize, type Total } from './analysis/summary.ts'
export { FormatError, type Problem } from './base/errors.ts'
export { EVENT_NAMES, EVENT_SPECS, type EventName, type EventSpec, EventType, specOf } from './trace/events.ts'
export { readTrace } from './trace/read.ts'
export * from './trace/tables.ts'
export { type Fixture, readFixture, traceFromText, traceToText } from './trace/text.ts'
export { validate } from './trace/validate.ts'
