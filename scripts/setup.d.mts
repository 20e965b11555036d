export const root: string
export const fontFolder: string
export function node24(): string
export function fail(sentence: string): never
export function ensurePackages(): void
export function ensureFonts(): void
export function ensureDebian(packages: readonly string[]): void
