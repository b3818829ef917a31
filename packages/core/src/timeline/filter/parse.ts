/** Reads the line of a filter. Whatever the text, there comes a filter or one sentence on what is wrong, and where. */
import { GO_STATE_NAMES, type GoState } from '../../trace/tables.ts'
import { type Token, tokensOf, type Value } from './lex.ts'
import {
  DURING,
  type Filter,
  type FilterError,
  type IdRange,
  IS,
  KEYS,
  MAX_FILTER_LENGTH,
  MAX_STEPS,
  MAX_TERMS,
  MAX_TEXTS,
  type Term,
  type TermOf,
  type TextValue,
} from './spec.ts'
import { lengthNs, nearest, rangeOf } from './values.ts'

/** Thrown within this file only. */
class Mistake {
  readonly error: FilterError
  constructor(message: string, from: number, to: number) {
    this.error = { message, from, to }
  }
}

export function parseFilter(text: string): { readonly filter: Filter } | { readonly error: FilterError } {
  try {
    return { filter: parse(text) }
  } catch (mistake) {
    if (mistake instanceof Mistake) return { error: mistake.error }
    throw mistake
  }
}

function parse(text: string): Filter {
  if (text.length > MAX_FILTER_LENGTH)
    throw new Mistake(`a filter has at most ${MAX_FILTER_LENGTH} characters, found ${text.length}`, 0, text.length)
  const tokens = tokensOf(text)
  if (tokens.length > MAX_TERMS)
    throw new Mistake(
      `a filter has at most ${MAX_TERMS} terms, found ${tokens.length}`,
      tokens[MAX_TERMS].from,
      text.length,
    )
  const terms = tokens.map(termOf)
  const texts = terms.reduce((sum, term) => sum + ('texts' in term ? term.texts.length : 0), 0)
  if (texts > MAX_TEXTS) throw new Mistake(`a filter has at most ${MAX_TEXTS} texts, found ${texts}`, 0, text.length)
  return { terms }
}

function termOf(token: Token): Term {
  const { negated, key, values } = token
  if (token.openQuote >= 0) throw new Mistake('this quote is not closed', token.openQuote, token.to)
  if (key === undefined) return wordTerm(token)
  const known = KEYS.find(([name]) => name === key)
  if (!known) throw unknownKey(token, key)
  const [name, , example] = known
  const emptyAt = values.find(value => value.text === '')
  if (emptyAt) throw new Mistake(`\`${name}:\` needs a value, such as ${name}:${example}`, token.from, token.to)
  return { negated, ...READERS[name](values, name) } as Term
}

function wordTerm(token: Token): Term {
  const { negated, values, from, to } = token
  const empty = values.find(value => value.text === '')
  if (empty && negated && values.length === 1)
    throw new Mistake('`-` needs a term behind it, such as -is:system', from, to)
  if (empty) throw new Mistake('there is nothing before or after this comma', from, to)
  const bare = values.every(value => !value.quoted && value.sign === '')
  if (bare && values.every(value => /^g\d+$/i.test(value.text))) return { negated, key: 'g', ids: idsOf(values, 'g') }
  return { negated, key: 'word', texts: textsOf(values), ids: numbersAmong(values) }
}

function unknownKey(token: Token, key: string): Mistake {
  const names = KEYS.map(([name]) => name)
  const near = nearest(key, names)
  const hint = near ? `did you mean \`${near}:\`?` : `there are ${names.join(', ')}; a text with a colon needs quotes`
  return new Mistake(
    `there is no term \`${key.slice(0, 40)}:\`: ${hint}`,
    token.keyFrom,
    token.keyFrom + key.length + 1,
  )
}

type Reader = (values: readonly Value[], key: string) => object
const READERS: Readonly<Record<Exclude<Term['key'], 'word'>, Reader>> = {
  fn: (values, key) => ({ key, texts: textsOf(values) }),
  region: (values, key) => ({ key, texts: textsOf(values) }),
  label: (values, key) => ({ key, texts: textsOf(values) }),
  task: (values, key) => ({
    key,
    texts: textsOf(values.filter(value => !isNumber(value))),
    ids: numbersAmong(values),
  }),
  reason: reasonTerm,
  g: (values, key) => ({ key, ids: idsOf(values, key) }),
  proc: (values, key) => ({ key, ids: idsOf(values, key) }),
  thread: (values, key) => ({ key, ids: idsOf(values, key) }),
  state: (values, key) => ({
    key,
    states: values.map(value => GO_STATE_NAMES.indexOf(oneOf(value, key, GO_STATE_NAMES)) as GoState),
  }),
  longer: lengthTerm,
  shorter: lengthTerm,
  during: (values, key) => ({ key, ranges: values.map(value => oneOf(value, key, DURING)) }),
  with: (values, key) => ({ key, centers: values.map(centerOf) }),
  is: (values, key) => ({ key, words: values.map(value => oneOf(value, key, IS)) }),
}

/** "!a,b" is neither a nor b. */
function reasonTerm(values: readonly Value[]): object {
  const except = values[0].sign === '!'
  const late = values.find((value, i) => i > 0 && value.sign === '!')
  if (late)
    throw new Mistake(
      '`!` stands before the first reason and is about all of them: reason:!select,sleep',
      late.from,
      late.to,
    )
  const texts = textsOf([{ ...values[0], sign: except ? '' : values[0].sign }, ...values.slice(1)])
  return { key: 'reason', texts, except }
}

function textsOf(values: readonly Value[]): TextValue[] {
  return values.map(({ text, sign, from, to }) => {
    if (sign === '!')
      throw new Mistake(`\`!\` is for reasons only; put - before the term, or quote a text that begins so`, from, to)
    return sign === '=' ? { text, exact: true } : { text: text.toLowerCase(), exact: false }
  })
}

function lengthTerm(values: readonly Value[], key: string): object {
  const { from } = values[0]
  const { to } = values[values.length - 1]
  if (values.length > 1) throw new Mistake(`\`${key}:\` takes one length, such as 10ms`, from, to)
  const ns = values[0].sign === '' ? lengthNs(values[0].text) : undefined
  if (ns !== undefined) return { key, ns }
  const unit = /^\d+$/.test(values[0].text) ? ' with a unit (ns, us, ms, s, m)' : ''
  throw new Mistake(`\`${key}:\` needs a length${unit} such as 10ms, found ${found(values[0])}`, from, to)
}

function idsOf(values: readonly Value[], key: string): IdRange[] {
  const prefix = { g: 'g', proc: 'p', thread: 'm' }[key] ?? ''
  return values.map(value => {
    const range = value.sign === '' ? rangeOf(value.text, prefix) : undefined
    if (range) return range
    throw new Mistake(`\`${key}:\` needs ids such as 41 or 50-60, found ${found(value)}`, value.from, value.to)
  })
}

function isNumber(value: Value): boolean {
  return !value.quoted && value.sign === '' && /^\d{1,20}$/.test(value.text)
}

function numbersAmong(values: readonly Value[]): IdRange[] {
  return values.filter(isNumber).flatMap(value => rangeOf(value.text, '') ?? [])
}

function centerOf(value: Value): TermOf<'with'>['centers'][number] {
  const match = value.sign === '' ? /^g?(\d{1,20})(?:~(\d{1,9}))?$/i.exec(value.text) : undefined
  if (!match)
    throw new Mistake(`\`with:\` needs a goroutine such as g41 or g41~2, found ${found(value)}`, value.from, value.to)
  const steps = match[2] === undefined ? 1 : Number(match[2])
  if (steps < 1 || steps > MAX_STEPS)
    throw new Mistake(`\`with:\` goes from 1 to ${MAX_STEPS} steps, found ${steps}`, value.from, value.to)
  return { id: Number(match[1]), steps }
}

function oneOf<T extends string>(value: Value, key: string, words: readonly T[]): T {
  const wanted = value.text.toLowerCase()
  const word = value.sign === '' ? words.find(known => known === wanted) : undefined
  if (word !== undefined) return word
  const near = nearest(wanted, words)
  const hint = near ? `; did you mean ${near}?` : ''
  throw new Mistake(`\`${key}:\` knows ${words.join(', ')}, found ${found(value)}${hint}`, value.from, value.to)
}

/** What was found, short enough for a sentence. */
function found(value: Value): string {
  const text = value.sign + value.text
  return `“${text.length > 40 ? `${Array.from(text.slice(0, 40)).slice(0, -1).join('')}…` : text}”`
}
