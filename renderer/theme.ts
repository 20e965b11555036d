/**
 * Every colour, size and face of the window, in one place: antd's tokens and the CSS variables the style sheets use.
 * Components name no colour. One accent, vermilion, for the seal, the primary action and the red head; states are
 * told by word and mark as well as by colour.
 */
import type { ThemeConfig } from 'antd'

const palette = {
  accent: '#B3261E',
  accentStrong: '#8E1B15',
  accentSoft: '#FAEDEB',
  desk: '#E9EBEE',
  panel: '#F6F7F8',
  paper: '#FFFFFF',
  line: '#D5D8DD',
  lineStrong: '#8A9099',
  text: '#1F2329',
  textSoft: '#4E545D',
  textFaint: '#5E646D',
  chosen: '#DFE4EA',
  hover: '#ECEFF2',
  focus: '#1D5A96',
  link: '#1D5A96',
  good: '#1D6B3B',
  goodSoft: '#EAF4ED',
  caution: '#7A4A00',
  cautionSoft: '#FBF3E2',
  bad: '#8E1B15',
  badSoft: '#FAEDEB',
  offline: '#DADDE2',
  shade: '0 1px 3px rgb(31 35 41 / 18%)',
} as const

/** Chinese sans of the system first; the one that is built in is fetched only where the machine has none. */
const sans =
  "'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', " +
  "'WenQuanYi Micro Hei', 'Noto Sans SC Variable', sans-serif"
const mono = "'Noto Sans Mono', 'DejaVu Sans Mono', Consolas, monospace"

/** Text sizes in px: of the interface, and of the leader's desk. */
export const textSizes = { desk: 14, leader: 16 } as const

const variables: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(palette).map(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      value,
    ]),
  ),
  '--sans': sans,
  '--mono': mono,
  '--text-size': `${textSizes.desk}px`,
  '--leader-size': `${textSizes.leader}px`,
}

/** Puts the variables on the document, before anything is drawn. */
export function applyTheme(root: HTMLElement): void {
  for (const [name, value] of Object.entries(variables)) root.style.setProperty(name, value)
}

/** Fields show the focus in the focus colour; the accent is not for that. */
const field = {
  activeBorderColor: palette.focus,
  hoverBorderColor: palette.text,
  activeShadow: 'none',
} as const

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.accent,
    colorPrimaryHover: palette.accentStrong,
    colorInfo: palette.focus,
    colorLink: palette.link,
    colorLinkHover: palette.text,
    colorLinkActive: palette.text,
    colorSuccess: palette.good,
    colorWarning: palette.caution,
    colorError: palette.bad,
    colorText: palette.text,
    colorTextSecondary: palette.textSoft,
    colorTextTertiary: palette.textFaint,
    colorTextDescription: palette.textSoft,
    colorTextPlaceholder: palette.textFaint,
    colorBgLayout: palette.desk,
    colorBgContainer: palette.paper,
    colorBorder: palette.lineStrong,
    colorBorderSecondary: palette.line,
    controlItemBgActive: palette.chosen,
    controlItemBgActiveHover: palette.chosen,
    controlItemBgHover: palette.hover,
    fontFamily: sans,
    fontFamilyCode: mono,
    fontSize: textSizes.desk,
    borderRadius: 3,
    controlHeight: 32,
    lineWidthFocus: 2,
    motion: false,
    wireframe: false,
  },
  components: {
    Button: {
      primaryShadow: 'none',
      defaultShadow: 'none',
      dangerShadow: 'none',
      fontWeight: 500,
      defaultHoverColor: palette.text,
      defaultHoverBorderColor: palette.text,
      defaultHoverBg: palette.hover,
      defaultActiveColor: palette.text,
      defaultActiveBorderColor: palette.text,
    },
    Modal: { titleFontSize: 16 },
    Input: field,
    InputNumber: field,
    Radio: { colorPrimary: palette.text, colorPrimaryHover: palette.text },
    Checkbox: { colorPrimary: palette.text, colorPrimaryHover: palette.text },
    Select: {
      ...field,
      activeOutlineColor: 'transparent',
      optionSelectedBg: palette.chosen,
      optionActiveBg: palette.hover,
    },
  },
}

/** On the leader's desk everything is a size larger. */
export const leaderTheme: ThemeConfig = {
  token: { fontSize: textSizes.leader, controlHeight: 40 },
}
