/** `manifest.json` in a folder that `capture` wrote: what was asked, when, what came, and what was refused and why. */
import type { DumpForm, EndpointWhat } from './endpoints.ts'

export const MANIFEST_FILE = 'manifest.json'
export const MANIFEST_SCHEMA = 'unhang.capture/1'

export type Manifest = {
  readonly schema: typeof MANIFEST_SCHEMA
  /** Version of the unhang that wrote it. */
  readonly unhang: string
  /** Where `/debug/pprof/` was found; secrets in it are hidden. */
  readonly target: string
  readonly asked: {
    readonly seconds: number
    readonly timeoutSeconds: number
    readonly maxBytes: number
    /** Names alone: values may be secrets. */
    readonly headers: readonly string[]
    readonly fullDump: boolean
  }
  readonly startedAt: string // ISO 8601, UTC
  readonly endedAt: string
  /** Ctrl-C came before the end. */
  readonly interrupted: boolean
  /** In the order in which they came; each lies beside the manifest. */
  readonly files: readonly ManifestFile[]
  readonly refused: readonly ManifestRefusal[]
  /** What was not asked for, to spare the server. */
  readonly skipped: readonly ManifestSkip[]
}

type Asked = {
  readonly what: EndpointWhat
  readonly form?: DumpForm
  readonly when: 'before' | 'during' | 'after'
  readonly url: string
  readonly startedAt: string
  readonly endedAt: string
  readonly status: number // 0: no answer came
  readonly contentType: string
}

export type ManifestFile = Asked & {
  readonly name: string
  readonly bytes: number
  /** false: the file holds what came before something went wrong. */
  readonly complete: boolean
  readonly problem?: string
}

export type ManifestSkip = Pick<Asked, 'what' | 'form' | 'when'> & { readonly why: string }

export type ManifestRefusal = Asked & { readonly why: string; readonly remedy: string }

/** A manifest names fewer files than this; one that names more was not written by us. */
const MOST_FILES = 1000

/** What is believed of a file in a manifest; `cut` says why it is not whole, in the manifest's words. */
export type NamedFile = { readonly name: string; readonly what: string; readonly cut: string | undefined }

/** Answers and reports are shown around: what a server is called there is nobody else's business. */
function withoutHost(sentence: string, url: unknown): string {
  const host = URL.canParse(String(url)) ? new URL(String(url)).host : ''
  return host === '' ? sentence : sentence.replaceAll(host, 'the server')
}

/**
 * The files that a manifest names, as plain names without any folder in them; undefined when the text is no manifest.
 * The manifest may come from anybody: nothing but the names is believed, and that a file is not whole.
 */
export function manifestFiles(text: string): readonly NamedFile[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const { schema, files } = (parsed ?? {}) as { schema?: unknown; files?: unknown }
  if (schema !== MANIFEST_SCHEMA || !Array.isArray(files) || files.length > MOST_FILES) return undefined
  const named: NamedFile[] = []
  for (const file of files as (Partial<Record<keyof ManifestFile, unknown>> | undefined | null)[]) {
    if (typeof file?.name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(file.name)) return undefined
    const cut = file.complete === false ? withoutHost(String(file.problem ?? 'cut short'), file.url) : undefined
    named.push({ name: file.name, what: String(file.what), cut })
  }
  return named
}
