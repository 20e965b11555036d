/** Words for what documents go through: statuses, acts, roles, recipients, actions, kinds of thing. */
import type { Role } from '../../core/act/identifiers.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import type { checkedItems, refusalCauses } from '../../core/incoming/acts.ts'
import type { IncomingStatus } from '../../core/incoming/fold.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import type { Content } from '../../core/outgoing/content.ts'
import type { OutgoingStatus } from '../../core/outgoing/state.ts'
import type { ActionName, RecipientView } from '../../preload/contract/views.ts'

import type { MatterCall } from '../bridge.ts'

type Words<Key extends string> = Readonly<Record<Key, string>>

export const outgoingStatusWords: Words<OutgoingStatus> = {
  submitted: '待签发',
  returned: '退回修改',
  ended: '已终止',
  approved: '待复核',
  rechecked: '待登记编号',
  registered: '待排版',
  pressed: '待用印',
  sealed: '待核发',
  released: '待分发',
  dispatched: '已分发',
}

export const incomingStatusWords: Words<IncomingStatus> = {
  received: '待签收',
  recalled: '已被撤回',
  refused: '已拒收',
  'signed-for': '待登记',
  registered: '待初审',
  checked: '办理中',
  returned: '已退文',
  closed: '已办结',
}

export const recipientStatusWords: Words<RecipientView['status']> = {
  waiting: '待发送',
  accepted: '已到交换中心',
  delivered: '已送达',
  'signed-for': '已签收',
  registered: '已登记',
  refused: '已拒收',
  returned: '已退文',
  recalled: '已撤回',
}

/** A mark beside each word, so that no state is told by colour alone. */
export const recipientMarks: Words<RecipientView['status']> = {
  waiting: '○',
  accepted: '◔',
  delivered: '◑',
  'signed-for': '◕',
  registered: '●',
  refused: '✕',
  returned: '↩',
  recalled: '⊘',
}

type Kinds<Kind extends string, Prefix extends string> = Kind extends `${Prefix}.${infer Rest}` ? Rest : never
/** Keyed by the part after the dot. */
export const outgoingActWords: Words<Kinds<OutgoingKind, 'outgoing'>> = {
  submit: '送审',
  return: '退回修改',
  approve: '签发',
  recheck: '复核',
  register: '登记编号',
  press: '排版',
  seal: '用印',
  release: '核发',
  dispatch: '分发',
  recall: '撤回',
  delivered: '送达',
  refused: '对方拒收',
  'signed-for': '对方签收',
  registered: '对方登记',
  returned: '对方退文',
  recalled: '撤回成功',
}

export const incomingActWords: Words<Kinds<IncomingKind, 'incoming'>> = {
  receive: '送达',
  withdraw: '发文单位撤回',
  refuse: '拒收',
  'sign-for': '签收',
  register: '登记',
  check: '初审',
  return: '退文',
  close: '办结',
}

export const roleWords: Words<Role> = {
  secretary: '秘书',
  leader: '领导',
  registry: '收发员',
  'seal-keeper': '印章管理员',
  machine: '本机',
}

/** The buttons. The words are stable: people and tests find them by name. */
export const actionWords: Words<ActionName> = {
  approve: '签发',
  return: '退回修改',
  recheck: '复核',
  register: '登记编号',
  press: '排版',
  seal: '用印',
  release: '核发',
  dispatch: '分发',
  recall: '撤回',
  edit: '修改',
  'sign-for': '签收',
  refuse: '拒收',
  'register-incoming': '登记',
  check: '初审',
  'return-to-sender': '退文',
  close: '办结',
}

/** Said when an action is done. */
export const doneWords: Words<ActionName> = {
  approve: '已签发，转收发员复核。',
  return: '已退回拟稿人修改。',
  recheck: '已复核。',
  register: '已登记编号。',
  press: '已排版，待用印。',
  seal: '已用印，待核发。',
  release: '已核发，可以分发。',
  dispatch: '已交付发送，各单位的签收情况见右侧。',
  recall: '撤回通知已交付发送，以对方尚未签收为限。',
  edit: '已转为草稿，可以修改。',
  'sign-for': '已签收。',
  refuse: '已拒收，原因会告知发文单位。',
  'register-incoming': '已登记。',
  check: '初审已完成。',
  'return-to-sender': '已退文，原因会告知发文单位。',
  close: '已办结。',
}

/** Said while the call is under way. */
export const doingWords: Words<MatterCall> = {
  'matters.open': '正在读取…',
  'outgoing.submit': '正在送审…',
  'outgoing.return': '正在退回…',
  'outgoing.approve': '正在签名…',
  'outgoing.recheck': '正在复核…',
  'outgoing.register': '正在取号…',
  'outgoing.press': '正在排版，生成版式文件…',
  'outgoing.seal': '正在重新排版核对并用印…',
  'outgoing.release': '正在核发…',
  'outgoing.dispatch': '正在签名并封装各单位的文件…',
  'outgoing.recall': '正在发出撤回通知…',
  'incoming.signFor': '正在签收…',
  'incoming.refuse': '正在拒收…',
  'incoming.register': '正在登记…',
  'incoming.check': '正在初审…',
  'incoming.return': '正在退文…',
  'incoming.close': '正在办结…',
}

export const urgencyWords: Words<Exclude<Content['urgency'], 'normal'>> = {
  urgent: '加急',
  'extra-urgent': '特急',
}
export const publicityWords: Words<Content['publicity']['kind']> = {
  public: '主动公开',
  'on-request': '依申请公开',
  closed: '不予公开',
}
export const recipientKindWords = { main: '主送', copy: '抄送' } as const
export const standingWords = { pending: '待发送', accepted: '已存证', refused: '未被接受' } as const
export const fileWords = { pressed: '排版文件', sealed: '盖章文件', received: '收到的文件' } as const

export const checkedItemWords: Words<(typeof checkedItems)[number]> = {
  addressee: '收文单位是本单位',
  'title-and-number': '标题、文号与版面一致',
  pages: '页数齐全，版面清楚',
  seal: '印章检验结论已看过',
  attachments: '附件与正文所列一致',
}
export const refusalCauseWords: Words<(typeof refusalCauses)[number]> = {
  'wrong-addressee': '误送，不是本单位的',
  'broken-seal': '印章检验不通过',
  'missing-attachment': '附件缺失或不符',
  other: '其他',
}
