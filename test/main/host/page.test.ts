import { describe, expect, it } from 'vitest'
import { assetPath, contentSecurityPolicy, pageHeaders } from '../../../main/host/page.ts'

const root = 'https://sealpost.invalid/'

describe('which file an address means', () => {
  it('finds the front page and files in folders', () => {
    expect(assetPath(root, root)).toBe('index.html')
    expect(assetPath(`${root}index.html?theme=calm#/drafts`, root)).toBe('index.html')
    expect(assetPath(`${root}assets/fonts/%E4%BB%BF%E5%AE%8B.otf`, root)).toBe('assets/fonts/仿宋.otf')
    expect(assetPath('sealpost://app/assets/index.js', 'sealpost://app/')).toBe('assets/index.js')
  })

  it.each([
    ['another host', 'https://sealpost.invalid.example/index.html'],
    ['another scheme', 'http://sealpost.invalid/index.html'],
    ['another port', 'https://sealpost.invalid:8443/index.html'],
    ['a name before the host', 'https://sealpost.invalid@example.org/'],
    ['a folder above, encoded', `${root}assets/%2e%2e%2f%2e%2e%2fetc/passwd`],
    ['a folder above, encoded slashes', `${root}..%2f..%2fetc%2fpasswd`],
    ['a Windows folder above', `${root}..%5c..%5cwindows`],
    ['a zero byte', `${root}index.html%00.js`],
    ['half an encoding', `${root}%e4%bb`],
    ['an absolute path', `${root}/etc/passwd`],
  ])('refuses %s', (_name, address) => {
    expect(assetPath(address, root)).toBeNull()
  })

  it('never leaves the folder even where the address itself folds dots away', () => {
    expect(assetPath(`${root}../../etc/passwd`, root)).toBe('etc/passwd')
  })
})

describe('the headers of a page', () => {
  it('allow nothing by default and no script but our own', () => {
    const directives = new Map(
      contentSecurityPolicy.split('; ').map((line) => {
        const [name, ...values] = line.split(' ')
        return [name, values.join(' ')] as const
      }),
    )
    expect(directives.get('default-src')).toBe("'none'")
    expect(directives.get('script-src')).toBe("'self'")
    expect(directives.get('frame-ancestors')).toBe("'none'")
    expect(directives.get('form-action')).toBe("'none'")
    expect(pageHeaders('text/html')).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    })
  })
})
