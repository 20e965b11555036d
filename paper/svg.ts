/**
 * A page as SVG text, for the preview: every character at the place the page model gives it, so that what is seen
 * is what is printed. Pure; all text is escaped, nothing but shapes and text is written.
 */
import { toMillimetres } from './grid.ts'
import type { FontRole, Ink, Line, Page, Run } from './page.ts'

/** Families of the preview: first the one `previewFontFace` defines, then what may be installed. */
export const previewFamilies: Readonly<Record<FontRole, string>> = {
  fangsong: "'Sealpost FangSong', FandolFang, FangSong, STFangsong, 仿宋, serif",
  xiaobiaosong: "'Sealpost XiaoBiaoSong', 方正小标宋简体, 'Noto Serif SC', 'Noto Serif CJK SC', serif",
  heiti: "'Sealpost HeiTi', SimHei, 黑体, 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif",
  kaiti: "'Sealpost KaiTi', KaiTi, 楷体, 'LXGW WenKai', serif",
  songti: "'Sealpost SongTi', SimSun, 宋体, 'Noto Serif SC', 'Noto Serif CJK SC', serif",
}
const weights: Readonly<Record<FontRole, number>> = {
  fangsong: 400,
  xiaobiaosong: 900,
  heiti: 500,
  kaiti: 400,
  songti: 400,
}
/** CSS that makes a font file (served by the window's host at `url`) the preview's face for a role. */
export function previewFontFace(role: FontRole, url: string): string {
  const family = previewFamilies[role].split(',')[0]!
  return `@font-face{font-family:${family};src:url(${JSON.stringify(url)});font-weight:${weights[role]};font-display:block}`
}

const inks: Readonly<Record<Ink, string>> = { black: '#000', red: '#d7000f' }

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Characters XML cannot carry become U+FFFD. */
const unwritable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const escaped = (text: string) =>
  text
    .toWellFormed()
    .replace(unwritable, '\ufffd')
    .replace(/[&<>"']/g, (character) => escapes[character]!)

const number = (value: number) => String(Math.round(value * 1_000) / 1_000)

function runToSvg(run: Run): string {
  const narrow = run.scaleX !== 1
  const xs = narrow ? run.xs.map((x) => run.x + (x - run.x) / run.scaleX) : run.xs
  const shift = narrow
    ? ` transform="translate(${number(run.x * (1 - run.scaleX))} 0) scale(${number(run.scaleX)} 1)"`
    : ''
  return (
    `<text xml:space="preserve" x="${xs.map(number).join(' ')}" y="${number(run.y)}"${shift}` +
    ` font-size="${number(toMillimetres(run.size))}" font-family="${escaped(previewFamilies[run.font])}"` +
    ` font-weight="${weights[run.font]}" fill="${inks[run.ink]}">${escaped(run.text)}</text>`
  )
}

const lineToSvg = (line: Line) =>
  `<g data-element="${line.element}"${line.block === undefined ? '' : ` data-block="${line.block}"`}>` +
  `${line.runs.map(runToSvg).join('')}</g>`

export function pageToSvg(page: Page): string {
  const rules = page.rules.map(
    (rule) =>
      `<rect x="${number(rule.x)}" y="${number(rule.y - rule.thickness / 2)}" width="${number(rule.width)}"` +
      ` height="${number(rule.thickness)}" fill="${inks[rule.ink]}"/>`,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" lang="zh-CN" viewBox="0 0 ${number(page.width)} ${number(page.height)}">` +
    `<rect width="100%" height="100%" fill="#fff"/>${page.lines.map(lineToSvg).join('')}${rules.join('')}</svg>`
  )
}
