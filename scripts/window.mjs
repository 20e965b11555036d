/** Builds the window into out/renderer with the product's own Node; ends with a sentence where it cannot be built. */
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fail, node24, root } from './setup.mjs'

/** The environment in which our programs find the product's Node first. */
export const withNode = () => ({
  ...process.env,
  PATH: `${dirname(node24())}${delimiter}${process.env.PATH}`,
})

export const buildArguments = [
  join(root, 'node_modules/vite/bin/vite.js'),
  'build',
  '--config',
  'renderer/vite.config.ts',
  '--logLevel',
  'warn',
]

export function buildWindow() {
  const built = spawnSync(node24(), buildArguments, { cwd: root, stdio: 'inherit', env: withNode() })
  if (built.status !== 0) fail('set-up: the window could not be built.')
}
