/**
 * Opens the built window in the system's Chromium with a staged office behind it, under the same address, policy and
 * fonts as the hosts give it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import type { CallName } from '../../../preload/contract/office.ts'
import { fonts } from '../../paper/letter.ts'
import { stageOffice } from './office.ts'
import type { Scene } from './office.ts'

const project = join(import.meta.dirname, '../../..')
const built = join(project, 'out/renderer')
const address = 'https://sealpost.invalid/'

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self' blob:"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** Builds the window where its sources are newer than what was built. */
function ensureBuilt(): void {
  const sources = globSync('{renderer,core,paper,preload}/**/*.{ts,tsx,css,html}', { cwd: project })
  const newest = Math.max(...sources.map((source) => statSync(join(project, source)).mtimeMs))
  const page = join(built, 'index.html')
  if (existsSync(page) && statSync(page).mtimeMs > newest) return
  const vite = join(project, 'node_modules/vite/bin/vite.js')
  execFileSync(
    process.execPath,
    [vite, 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
      // As it is shipped: under NODE_ENV=test antd gives every dialog the same id.
      env: { ...process.env, NODE_ENV: 'production' },
    },
  )
}

export type Stage = {
  /** A fresh window on a fresh office. `troubles` gathers what the page complained of. */
  readonly open: (
    scene: Scene,
    size?: { readonly width: number; readonly height: number; readonly zoom?: number },
  ) => Promise<StagedWindow>
  readonly close: () => Promise<void>
}
export type StagedWindow = {
  readonly page: Page
  readonly troubles: readonly string[]
  readonly send: (event: string, payload: unknown) => Promise<void>
}

export async function openStage(): Promise<Stage> {
  ensureBuilt()
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  return {
    open: (scene, size = { width: 1440, height: 900 }) => openWindow(browser, scene, size),
    close: () => browser.close(),
  }
}

async function openWindow(
  browser: Browser,
  scene: Scene,
  { width, height, zoom = 1 }: { readonly width: number; readonly height: number; readonly zoom?: number },
): Promise<StagedWindow> {
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
  })
  await page.route(`${address}**`, (route) => {
    const path = new URL(route.request().url()).pathname.slice(1) || 'index.html'
    if (path.startsWith('fonts/')) {
      const found = fonts.files.find((each) => each.role === path.slice('fonts/'.length))
      if (found) return route.fulfill({ body: Buffer.from(found.bytes), contentType: 'font/otf' })
    }
    const onDisk = join(built, path)
    if (path.includes('..') || !existsSync(onDisk)) return route.fulfill({ status: 404, body: '' })
    const headers = {
      'content-security-policy': policy,
      'content-type': types[extname(path)] ?? 'application/octet-stream',
    }
    return route.fulfill({ body: readFileSync(onDisk), headers })
  })
  const send = async (event: string, payload: unknown): Promise<void> => {
    if (!page.isClosed())
      await page.evaluate(
        ([name, what]) => window.dispatchEvent(new CustomEvent(`stage:${name}`, { detail: what })),
        [event, payload] as const,
      )
  }
  const answer = stageOffice(scene, (event, payload) => void send(event, payload).catch(() => undefined))
  await page.exposeFunction('stageCall', (name: CallName, input: unknown) => answer(name, input))
  await page.addInitScript(() => {
    const stage = window as unknown as Record<string, unknown>
    stage['office'] = {
      call: (name: string, input: unknown) =>
        (stage['stageCall'] as (name: string, input: unknown) => Promise<unknown>)(name, input),
      on: (event: string, listener: (payload: unknown) => void) => {
        const heard = (given: Event) => listener((given as CustomEvent).detail)
        window.addEventListener(`stage:${event}`, heard)
        return () => window.removeEventListener(`stage:${event}`, heard)
      },
    }
  })
  await page.goto(address)
  return { page, troubles, send }
}
