import tseslint from 'typescript-eslint'

/** Algorithms Electron's BoringSSL does not have: code that runs in main must not ask node:crypto for them. */
const notInElectron =
  'Electron (BoringSSL) has no such algorithm; see ARCHITECTURE.md, "Cryptography in Electron".'

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', '.cache', 'certs-dev/pki'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports only: a name is found by searching for it.',
        },
        {
          selector: 'TSEnumDeclaration',
          message: 'Use a union of string literals: Node strips types, not enums.',
        },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['core/**', 'seal/**', 'main/**', 'paper/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports only: a name is found by searching for it.',
        },
        { selector: 'Literal[value=/^(id-)?aes\\d*-wrap/i]', message: notInElectron },
        { selector: 'Literal[value=/^(sm2|sm3|sm4)(-|$)/]', message: notInElectron },
        { selector: 'Literal[value=/^rc2/i]', message: notInElectron },
        { selector: "Literal[value='AES-KW']", message: notInElectron },
      ],
    },
  },
  {
    files: ['*.config.{ts,js}', '**/vite.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
