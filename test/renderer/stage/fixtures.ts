/** People, units and letters of the fictional province, for the stage. */
import type { Content } from '../../../core/outgoing/content.ts'
import type { PersonView, UnitView } from '../../../preload/contract/views.ts'

export const units: readonly UnitView[] = [
  { unit: 'province', name: '示范省人民政府办公厅', order: 1, mine: true },
  { unit: 'city', name: '示范市人民政府办公室', order: 2, mine: false },
  { unit: 'county', name: '示范县人民政府办公室', order: 3, mine: false },
]

export const people: readonly (PersonView & { readonly daysLeft: number })[] = [
  {
    person: 'zhou',
    name: '周文清',
    title: '秘书处副处长',
    unit: 'province',
    roles: ['secretary'],
    daysLeft: 312,
  },
  { person: 'li', name: '李正明', title: '副秘书长', unit: 'province', roles: ['leader'], daysLeft: 21 },
  {
    person: 'wang',
    name: '王海燕',
    title: '文电处收发员',
    unit: 'province',
    roles: ['registry', 'seal-keeper'],
    daysLeft: 312,
  },
  { person: 'old', name: '赵志远', title: '原秘书', unit: 'province', roles: ['secretary'], daysLeft: -3 },
]

const paragraph = (text: string) => ({ kind: 'paragraph' as const, text })

export const notice: Content = {
  documentType: '通知',
  issuer: '示范省人民政府办公厅',
  title: '示范省人民政府办公厅关于做好2026年度政务信息系统整合共享工作的通知',
  mainRecipients: ['示范市人民政府办公室', '示范县人民政府办公室', '省政府各部门、各直属机构'],
  body: [
    paragraph(
      '为深入推进政务信息系统整合共享，加快构建统一的政务数据资源体系，经省政府同意，现就有关工作通知如下：',
    ),
    { kind: 'level1', text: '一、总体要求' },
    paragraph(
      '按照“先联通、后提高”的原则，2026年12月底前完成省、市、县三级政务信息系统清理整合，建立统一的数据共享交换平台。',
    ),
    { kind: 'level1', text: '二、重点任务' },
    {
      kind: 'level2',
      text: '（一）全面清理自查。各地各部门要对现有政务信息系统的数量、名称、功能、使用范围、经费来源等进行清查，形成自查报告。',
    },
    { kind: 'level3', text: '1.长期停用的系统，应当于2026年11月底前予以注销。' },
    { kind: 'level3', text: '2.功能重复的系统，由牵头部门提出整合方案。' },
    {
      kind: 'level2',
      text: '（二）统一数据目录。省政府办公厅会同有关部门编制全省政务数据资源目录，明确共享范围和更新周期。',
    },
    { kind: 'level1', text: '三、工作要求' },
    paragraph(
      '各地各部门要高度重视，加强组织领导，明确责任分工，确保各项任务按期完成。工作进展情况请于每季度末报省政府办公厅。',
    ),
  ],
  signature: '示范省人民政府办公厅',
  annotation: '联系人：周文清，电话：000-12345678',
  copies: ['示范省委办公厅'],
  urgency: 'urgent',
  publicity: { kind: 'public' },
}

export const otherTitles = [
  '示范省人民政府办公厅关于印发示范省加快推进基层政务服务标准化规范化便利化实施方案（2026—2028年）的通知',
  '示范省人民政府办公厅关于开展安全生产大检查的通知',
  '示范省人民政府办公厅关于同意示范市建设省级数据要素综合试验区的函',
  '示范省人民政府关于表彰全省政务公开工作先进集体和先进个人的决定',
  '示范省人民政府办公厅关于做好汛期地质灾害防治工作的紧急通知',
] as const
