/** The fictional province that the development certificates are made for: units, people, workstations. Data only. */
import type { Role } from '../core/act/identifiers.ts'

export type UnitPlan = {
  readonly id: string
  readonly name: string
  readonly parent: string | null
  readonly order: number
  /** 发文机关代字. */
  readonly code: string
  readonly sealName: string
}
export type PersonPlan = {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly roles: readonly Exclude<Role, 'machine'>[]
}
export type DevicePlan = {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly admitted: boolean
}

/** In every certificate's O: nobody takes one of these for a real one. */
export const organization = '示范省（开发）'
export const hub = { id: 'sheng-hub', name: '示范省公文交换中心' } as const

export const units: readonly UnitPlan[] = [
  {
    id: 'sheng',
    name: '示范省人民政府办公厅',
    parent: null,
    order: 10,
    code: '示政办发',
    sealName: '示范省人民政府办公厅印章',
  },
  {
    id: 'shi',
    name: '示范市人民政府办公室',
    parent: 'sheng',
    order: 20,
    code: '示市政办发',
    sealName: '示范市人民政府办公室印章',
  },
  {
    id: 'xian',
    name: '示范县人民政府办公室',
    parent: 'shi',
    order: 30,
    code: '示县政办发',
    sealName: '示范县人民政府办公室印章',
  },
]

export const people: readonly PersonPlan[] = [
  { id: 'sheng-secretary', name: '林晓雯', unit: 'sheng', title: '文电处秘书', roles: ['secretary'] },
  { id: 'sheng-leader', name: '周明远', unit: 'sheng', title: '秘书长', roles: ['leader'] },
  { id: 'sheng-registry', name: '陈立言', unit: 'sheng', title: '机要文书室收发员', roles: ['registry'] },
  { id: 'sheng-keeper', name: '吴静姝', unit: 'sheng', title: '印章管理员', roles: ['seal-keeper'] },
  { id: 'shi-secretary', name: '赵一帆', unit: 'shi', title: '综合科秘书', roles: ['secretary'] },
  { id: 'shi-leader', name: '孙国安', unit: 'shi', title: '主任', roles: ['leader'] },
  {
    id: 'shi-registry',
    name: '郑文博',
    unit: 'shi',
    title: '收发员兼印章管理员',
    roles: ['registry', 'seal-keeper'],
  },
  { id: 'xian-leader', name: '马思齐', unit: 'xian', title: '主任', roles: ['leader'] },
  {
    id: 'xian-registry',
    name: '何雨桐',
    unit: 'xian',
    title: '秘书、收发员、印章管理员',
    roles: ['secretary', 'registry', 'seal-keeper'],
  },
]

export const devices: readonly DevicePlan[] = [
  { id: 'sheng-desk-1', name: '省府办一号终端', unit: 'sheng', admitted: true },
  { id: 'sheng-desk-2', name: '省府办二号终端', unit: 'sheng', admitted: true },
  { id: 'sheng-spare', name: '省府办未准入终端', unit: 'sheng', admitted: false },
  { id: 'shi-desk-1', name: '市府办一号终端', unit: 'shi', admitted: true },
  { id: 'shi-desk-2', name: '市府办二号终端', unit: 'shi', admitted: true },
  { id: 'xian-desk-1', name: '县府办一号终端', unit: 'xian', admitted: true },
]

/** Development PINs are no secrets: they stand in pki.json. Ten characters at least, as everywhere. */
export const pinOf = (holder: string): string => `kaifa-${holder}`
