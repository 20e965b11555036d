import { describe, expect, it } from 'vitest'
import { layOut } from '../../paper/layout.ts'
import { pageToSvg } from '../../paper/svg.ts'
import { letter, metrics, registration } from './letter.ts'

describe('the preview', () => {
  it('shows the same characters at the same places as the page model', () => {
    const layout = layOut(letter(), registration, metrics())
    const svg = pageToSvg(layout.pages[0]!)
    for (const run of layout.pages[0]!.lines.flatMap((line) => line.runs)) {
      expect(svg).toContain(`>${run.text}</text>`)
      if (run.scaleX === 1)
        expect(svg).toContain(`x="${run.xs.map((x) => Math.round(x * 1000) / 1000).join(' ')}"`)
    }
  })

  it('is laid out from metrics that went through JSON, as a Worker gets them', () => {
    const sent = JSON.parse(JSON.stringify(metrics()))
    expect(layOut(letter(), registration, sent)).toEqual(layOut(letter(), registration, metrics()))
  })

  it('works before number and date are known', () => {
    const layout = layOut(letter(), null, metrics())
    const text = layout.pages
      .flatMap((page) => page.lines.flatMap((line) => line.runs.map((run) => run.text)))
      .join('')
    expect(text).not.toContain('2026')
    expect(layout.sealPlaces).toEqual(
      layOut(letter(), registration, metrics()).sealPlaces.map((place) => ({
        ...place,
        x: expect.closeTo(place.x, -1),
      })),
    )
  })

  it('carries no markup out of a text', () => {
    const text = `<script>alert("1")</script>&'"]]><image href=x onerror=y>\u0000\ud800`
    const { pages } = layOut(letter({ body: [{ kind: 'paragraph', text }], title: text }), null, metrics())
    const svg = pages.map(pageToSvg).join('')
    expect(svg).not.toMatch(/<script|<image|onerror=y>/)
    expect(svg.isWellFormed()).toBe(true)
    expect(svg).not.toContain('\u0000')
    expect(svg.match(/<\/?[a-z]+/g)!.every((tag) => /^<\/?(svg|rect|g|text)$/.test(tag))).toBe(true)
  })
})
