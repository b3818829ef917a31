/**
 * The question that the page asks about source: the answer that it found in its captures, and who stands where. It comes
 * over a socket, so each part of it is looked at before it is believed.
 */
import { DIAGNOSIS_SCHEMA, type Diagnosis, type Standings } from '@unhang/core'

export type Asked = { readonly diagnosis: Diagnosis; readonly processes: readonly Standings[] }

/** Thousands of goroutines with long stacks; the page asks no more. */
export const ASKED_LIMIT = 64 << 20

/** undefined: it is no such question. */
export function askedOf(body: Uint8Array): Asked | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
  return isAsked(value) ? (value as Asked) : undefined
}

type Check = (value: unknown) => boolean

const isText: Check = value => typeof value === 'string'
const isNumber: Check = value => typeof value === 'number'
const isFlag: Check = value => typeof value === 'boolean'
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check)
const maybe =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)
const recordOf =
  (parts: { readonly [name: string]: Check }): Check =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(parts).every(([name, check]) => check((value as { readonly [name: string]: unknown })[name]))

const isSite = recordOf({ function: isText, file: isText, line: isNumber })
const isFrame = recordOf({ function: isText, file: isText, line: isNumber, args: isText })

const isFinding = recordOf({
  kind: isText,
  cause: isText,
  certainty: isText,
  site: isSite,
  caller: maybe(isSite),
  waiters: recordOf({ count: isNumber, goroutines: listOf(isNumber), longestNs: isNumber }),
  holder: recordOf({
    state: isText,
    goroutine: maybe(isNumber),
    function: maybe(isText),
    waitsFor: maybe(isText),
  }),
  evidence: listOf(isText),
  advice: isText,
})

const isStanding = recordOf({
  id: isNumber,
  reason: isText,
  frames: listOf(isFrame),
  createdBy: maybe(isFrame),
  waitedNs: isNumber,
  isSteady: isFlag,
})

const isAsked = recordOf({
  diagnosis: recordOf({
    schema: value => value === DIAGNOSIS_SCHEMA,
    verdict: isText,
    findings: listOf(isFinding),
  }),
  processes: listOf(recordOf({ goroutines: listOf(isStanding), isWhole: isFlag })),
})
