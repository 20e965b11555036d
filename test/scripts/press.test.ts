import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = mkdtempSync(join(tmpdir(), 'sealpost-press-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function pressCommand(...args: readonly string[]) {
  const done = spawnSync(process.execPath, [join(project, 'scripts', 'press.ts'), ...args], {
    encoding: 'utf8',
  })
  return { code: done.status, out: done.stdout, error: done.stderr }
}

function given(name: string, text: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const output = join(folder, 'out.pdf')
const notice =
  '示范省人民政府办公厅关于工作的通知\n示政办发〔2026〕1号\n各市人民政府：\n请执行。\n示范省人民政府办公厅\n2026年11月5日\n'

describe('npm run press', () => {
  it('makes a PDF of a plain text, the same each time', () => {
    const input = given('in.txt', notice)
    const first = pressCommand(input, output)
    expect(first).toMatchObject({ code: 0, error: '' })
    const bytes = readFileSync(output)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    pressCommand(input, output)
    expect(Buffer.compare(bytes, readFileSync(output))).toBe(0)
  })

  it.each([
    ['a file that is not there', () => join(folder, 'none.txt'), 3, /cannot read .*ENOENT/],
    ['a folder', () => folder, 3, /cannot read .*EISDIR/],
    ['bytes that are no text', () => given('bytes.txt', new Uint8Array([0, 1, 2, 255])), 3, /not a text/],
    ['a classified text', () => given('mark.txt', `机密★1年\n${notice}`), 1, /classification mark/],
    [
      'a character no font has',
      () => given('emoji.txt', `${notice.replace('请执行', '请执行😀')}`),
      1,
      /U\+1F600 \(body 1, character 4\)/,
    ],
    ['an empty file', () => given('empty.txt', ''), 1, /empty/],
  ])('%s: one line, and no output', (_, input, code, sentence) => {
    rmSync(output, { force: true })
    const done = pressCommand(input(), output)
    expect(done.code).toBe(code)
    expect(done.error).toMatch(sentence)
    expect(done.error.trim().split('\n')).toHaveLength(1)
    expect(existsSync(output)).toBe(false)
  })

  it('says how it is called', () => {
    expect(pressCommand()).toMatchObject({
      code: 1,
      error: 'press: usage: npm run -s press -- IN.txt OUT.pdf\n',
    })
  })
})
