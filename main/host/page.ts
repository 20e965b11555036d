/**
 * What both hosts tell the page: the headers of every answer and which file an address means.
 *
 * Non-goals: no disk (files come through `HostOptions.asset`), no window.
 * Invariant: a path handed on never leaves the renderer's folder.
 */

/** Only what the built renderer needs. Styles inline because antd writes them; workers from blobs for the layout. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const deniedFeatures = [
  'bluetooth',
  'camera',
  'display-capture',
  'geolocation',
  'hid',
  'local-fonts',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]

/** Headers of every answer to the page. Nothing is cached: a page may show a document's text. */
export function pageHeaders(type: string): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'permissions-policy': deniedFeatures.map((feature) => `${feature}=()`).join(', '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}

/**
 * The renderer's file that an address means, or null when the address is not the app's own. `root` is the app's
 * address with its closing slash. Names are plain: nothing percent-encoded but letters, no `..`, no backslash.
 */
export function assetPath(address: string, root: string): string | null {
  if (!address.startsWith(root)) return null
  let path: string
  try {
    path = decodeURIComponent(new URL(address).pathname.slice(1))
  } catch {
    return null
  }
  if (path === '') return 'index.html'
  if (/[\\\u0000-\u001f]/.test(path)) return null
  const unsafe = path.split('/').some((part) => part === '' || part === '.' || part === '..')
  return unsafe ? null : path
}
