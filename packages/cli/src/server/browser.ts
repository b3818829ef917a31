/** The user's browser: whether there is one to open, and opening it. The address is printed whatever comes of it. */

type Environment = { readonly [name: string]: string | undefined }

/** Why no browser can be opened here, as the begin of a sentence; undefined: try. */
export function whyNoBrowser(env: Environment, platform: NodeJS.Platform): string | undefined {
  if (env.CI) return 'no browser is opened in CI'
  // A browser that opens over there helps nobody here, also where X11 is forwarded.
  if (isRemote(env)) return 'no browser is opened over SSH'
  const isWsl = env.WSL_DISTRO_NAME || env.WSL_INTEROP
  const hasDisplay = env.DISPLAY || env.WAYLAND_DISPLAY
  if (platform === 'linux' && !hasDisplay && !isWsl) return 'there is no display here'
  return undefined
}

/** Is it over SSH? Then a tunnel brings the page to the user. */
export function isRemote(env: Environment): boolean {
  return Boolean(env.SSH_CONNECTION || env.SSH_CLIENT || env.SSH_TTY)
}

/** `failed` is called when it turns out that nothing was opened, now or after a while. Never rejects. */
export async function openBrowser(url: string, failed: () => void): Promise<void> {
  try {
    const { default: open } = await import('open')
    const child = await open(url)
    child.once('exit', code => code !== 0 && code !== null && failed())
  } catch {
    failed()
  }
}
