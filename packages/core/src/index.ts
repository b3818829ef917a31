/** The public doors of `@unhang/core`. */
export { FormatError, type Problem } from './base/errors.ts'
export { readTrace } from './trace/read.ts'
export * from './trace/tables.ts'
