/**
 * The hot line of source for a finding. A capture names files as the compiler saw them, on another machine or
 * (with -trimpath) as `module/path/file.go`; the file here is found
 *
 *  1. as it is called: without --src where that is an absolute path, with it where that lies inside of its folder
 *  2. through the `module` line of a go.mod in the folder
 *  3. with --src alone, by the longest tail that its path has in common with a .go file of the folder; two equally long
 *     ones: not at all. Without it a tail proves nothing: every second program has a server/main.go
 *
 * and is shown where its line lies in the function that the capture names: other lines are another program's, or
 * another version's. Captures come from strangers: only regular .go files of sane size are read, and none outside of the folder.
 */
import fs from 'node:fs'
import path from 'node:path'
import type { Site } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { printable } from '../print/printable.ts'
import { Copies, readText } from './copies.ts'
import { type GoFunc, goFuncs, isLineOf } from './gofuncs.ts'

export type SourceLine = { readonly line: number; readonly text: string }

/**
 * The lines around a place, among them the line itself; undefined where the source is not here. The site's function and
 * file are as the capture calls them.
 */
export type SourceLookup = (site: Site, around: number) => readonly SourceLine[] | undefined

/** The file of a place, and those that are compiled with it. */
export type SourceFolder = {
  /** Its name among `files`. */
  readonly file: string
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** There are more than were read. */
  readonly isCut: boolean
}

export type SourceFiles = {
  readonly lines: SourceLookup
  /** undefined: the source is not here, or another version of it is. */
  readonly folderOf: (site: Site) => SourceFolder | undefined
}

/** With what became of the files since. */
export type ReadFiles = SourceFiles & {
  /** Paths of those that read differently now, or are gone. */
  readonly edited: () => readonly string[]
  /** Some file was found. */
  readonly isRead: () => boolean
}

/** Folders and files looked at. A named folder is meant; the working directory may be anybody's home. */
const NAMED_LIMIT = 200_000
const UNNAMED_LIMIT = 20_000
/** Files of one package that are read, and their characters: the largest packages we know have 500 files, 5 MB. */
const PACKAGE_FILES = 600
const PACKAGE_LIMIT = 6e6
/** Folders that hold no source of the program, or very much of something else. */
const SKIPPED = new Set(['node_modules', '.git', 'testdata'])

type SourceText = { readonly path: string; readonly lines: readonly string[]; readonly funcs: readonly GoFunc[] }

/**
 * Looks below `folder` (--src), or, without one, where the capture says and in the modules below the working directory.
 * The first file that does not fit the capture is told by `remark`.
 */
export function createSourceFiles(
  folder: string | undefined,
  workingDirectory: string,
  remark: (text: string) => void,
): ReadFiles {
  if (folder !== undefined && !isFolder(folder))
    throw new Complaint('a folder with source behind --src', folder, 'name one that exists')
  const tree = new SourceTree(folder ?? workingDirectory, folder !== undefined)
  const texts = new Map<string, SourceText | undefined>()
  const folders = new Map<string, SourceFolder>()
  const read = new Copies()
  let isTold = false
  const textOf = (site: Site) => {
    const { file, line } = site
    if (!texts.has(file)) texts.set(file, readSource(tree.find(file), read))
    const text = texts.get(file)
    if (text === undefined) return undefined
    if (line >= 1 && line <= text.lines.length && isLineOf(text.funcs, line, site.function)) return text
    if (!isTold) remark(mismatch(text.path, site))
    isTold = true
    return undefined
  }
  return {
    lines: (site, around) => {
      const from = Math.max(1, site.line - around)
      const shown = textOf(site)?.lines.slice(from - 1, site.line + around)
      return shown?.map((text, i) => ({ line: from + i, text }))
    },
    folderOf: site => {
      const text = textOf(site)
      if (!text) return undefined
      const folder = folders.get(text.path) ?? readFolder(text.path, read)
      folders.set(text.path, folder)
      return folder
    },
    edited: () => read.edited(),
    isRead: () => read.size > 0,
  }
}

/** The lines alone. */
export function createSourceLookup(...options: Parameters<typeof createSourceFiles>): SourceLookup {
  return createSourceFiles(...options).lines
}

function mismatch(path: string, site: Site): string {
  const why = `its line ${site.line} is not in ${site.function}`
  return `unhang: no source shown of ${printable(path)}: it does not match the capture, ${printable(why)}\n`
}

/** The .go files below a folder, listed when the first is looked for. */
class SourceTree {
  private readonly root: string
  private readonly named: boolean
  private listed = false
  /** File name: paths relative to the root, with slashes. */
  private readonly files = new Map<string, string[]>()
  /** Module path and the folder of its go.mod, relative to the root. */
  private readonly modules: { readonly name: string; readonly folder: string }[] = []

  constructor(root: string, named: boolean) {
    this.root = path.resolve(root)
    this.named = named
  }

  /** The path of a file that the capture calls `file`; undefined: not here. */
  find(file: string): string | undefined {
    if (!file.endsWith('.go')) return undefined
    const asCalled = this.asCalled(file)
    if (asCalled !== undefined && isFile(asCalled)) return asCalled
    if (!this.listed) this.list()
    // "golang.org/x/net@v0.26.0/http2/transport.go" lies in vendor/ without its version.
    const parts = file.split(/[/\\]/).map(part => part.replace(/@v\d.*$/, ''))
    return this.byModule(parts.join('/')) ?? (this.named ? this.byTail(parts) : undefined)
  }

  private asCalled(file: string): string | undefined {
    if (!this.named) return path.isAbsolute(file) ? path.normalize(file) : undefined
    const absolute = path.resolve(this.root, file)
    return this.holds(absolute) ? absolute : undefined
  }

  private holds(absolute: string): boolean {
    return absolute.startsWith(this.root.endsWith(path.sep) ? this.root : this.root + path.sep)
  }

  private byModule(file: string): string | undefined {
    const fitting = this.modules.filter(({ name }) => file.startsWith(`${name}/`))
    fitting.sort((a, b) => b.name.length - a.name.length)
    for (const { name, folder } of fitting) {
      const relative = path.posix.join(folder, file.slice(name.length + 1))
      if (this.files.get(path.posix.basename(relative))?.includes(relative)) return path.join(this.root, relative)
    }
    return undefined
  }

  private byTail(parts: readonly string[]): string | undefined {
    let best: string | undefined
    let bestLength = 0
    for (const candidate of this.files.get(parts.at(-1)!) ?? []) {
      const length = commonTail(parts, candidate.split('/'))
      if (length < bestLength) continue
      best = length === bestLength ? undefined : candidate
      bestLength = length
    }
    return best && path.join(this.root, best)
  }

  /** Breadth first, so that a limit cuts the deepest folders. */
  private list(): void {
    this.listed = true
    let left = this.named ? NAMED_LIMIT : UNNAMED_LIMIT
    const queue = ['']
    for (let at = 0; at < queue.length && left > 0; at++)
      for (const entry of entriesOf(path.join(this.root, queue[at]))) {
        if (left-- === 0) break
        const relative = queue[at] === '' ? entry.name : `${queue[at]}/${entry.name}`
        // Links are neither: they may lead out of the folder.
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) queue.push(relative)
        else if (entry.isFile()) this.note(entry.name, relative)
      }
  }

  private note(name: string, relative: string): void {
    if (name === 'go.mod') {
      const module = moduleName(path.join(this.root, relative))
      if (module) this.modules.push({ name: module, folder: path.posix.dirname(relative) })
    } else if (name.endsWith('.go')) {
      const same = this.files.get(name)
      if (same) same.push(relative)
      else this.files.set(name, [relative])
    }
  }
}

function commonTail(a: readonly string[], b: readonly string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++
  return length
}

/** `module example.com/x` or `module "example.com/x"` (go.mod reference, "module directive"). */
function moduleName(file: string): string | undefined {
  return /^\s*module\s+"?([^\s"]+)"?/m.exec(readText(file) ?? '')?.[1]
}

function readSource(path: string | undefined, read: Copies): SourceText | undefined {
  const text = path === undefined ? undefined : read.read(path)
  if (path === undefined || text === undefined) return undefined
  return { path, lines: text.split(/\r?\n/), funcs: goFuncs(text) }
}

/** The files beside it that are compiled with it: tests only with tests. */
function readFolder(file: string, read: Copies): SourceFolder {
  const folder = path.dirname(file)
  const own = path.basename(file)
  const isCompiled = (name: string) => name.endsWith('.go') && (!name.endsWith('_test.go') || own.endsWith('_test.go'))
  const entries = entriesOf(folder).filter(entry => entry.isFile() && isCompiled(entry.name))
  const names = entries.map(entry => entry.name).filter(name => name !== own)
  let room = PACKAGE_LIMIT
  const files: { name: string; text: string }[] = []
  for (const name of [own, ...names.slice(0, PACKAGE_FILES)]) {
    const text = room > 0 ? read.read(path.join(folder, name)) : undefined
    if (text !== undefined) files.push({ name, text })
    room -= text?.length ?? PACKAGE_LIMIT
  }
  return { file: own, files, isCut: files.length <= names.length }
}

function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isFile(file: string): boolean {
  // lstat: a link inside the folder may lead out of it.
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}

function isFolder(folder: string): boolean {
  return fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
}
