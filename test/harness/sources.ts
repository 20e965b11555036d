/**
 * The project's source files as text, and what can be read from a text alone: its imports, its length.
 *
 * Non-goals: no rules about folders (layers.ts has them).
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export type SourceFile = { readonly file: string; readonly source: string }

/** Every source file in these folders of the project, by its path with forward slashes. */
export function sourceFiles(tops: readonly string[]): readonly SourceFile[] {
  return tops.flatMap((top) =>
    readdirSync(join(project, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return { file: relative(project, path).split(sep).join('/'), source: readFileSync(path, 'utf8') }
      }),
  )
}

export type Import = {
  readonly specifier: string
  readonly typesOnly: boolean
  readonly line: number
}

/** The text's syntax tree, with parents. */
export function parse(file: string, source: string): ts.SourceFile {
  const kind = file.endsWith('x')
    ? ts.ScriptKind.TSX
    : file.endsWith('.mjs')
      ? ts.ScriptKind.JS
      : ts.ScriptKind.TS
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind)
}

/** Every import of a source text: static, re-exported, dynamic, of a type, required, and a worker's own file. */
export function importsOf(file: string, source: string): readonly Import[] {
  const tree = parse(file, source)
  const found: Import[] = []
  const add = (specifier: ts.Node, typesOnly: boolean) => {
    if (!ts.isStringLiteralLike(specifier)) return
    const line = tree.getLineAndCharacterOfPosition(specifier.getStart()).line + 1
    found.push({ specifier: specifier.text.replace(/\?.*$/, ''), typesOnly, line })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.arguments[0]) {
      const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword
      const required = ts.isIdentifier(node.expression) && node.expression.text === 'require'
      if (dynamic || required) add(node.arguments[0], false)
    } else if (
      ts.isNewExpression(node) &&
      node.expression.getText() === 'URL' &&
      node.arguments?.length === 2
    ) {
      const [path, base] = node.arguments
      if (base!.getText() === 'import.meta.url' && /\.tsx?['"]$/.test(path!.getText())) add(path!, false)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function importsTypesOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const names = clause.namedBindings
  return (
    !clause.name &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((element) => element.isTypeOnly)
  )
}

/** Files over 400 lines that give no reason among their first lines. */
export function tooLong({ file, source }: SourceFile): readonly string[] {
  const lines = source.split('\n').length - 1
  if (lines <= 400 || source.split('\n').slice(0, 15).join('\n').includes('over 400 lines because')) return []
  return [`${file} has ${lines} lines: split it by concept, or say at its top "over 400 lines because ...".`]
}
