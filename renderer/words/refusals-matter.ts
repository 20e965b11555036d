/** Sentences for an act that a matter does not take (the folds' refusals). */
import type { FoldRefusal } from '../../core/act/fold.ts'
import { sentence } from './refusals-desk.ts'
import type { Sentence } from './refusals-desk.ts'

const noEffect = '这一步没有生效，公文停在原处。'
const reopen = '请刷新后查看最新状态，再重新办理。'
const askAdministrator = '请联系系统管理员，并告知代码。'

export const matterSentences: Readonly<Record<FoldRefusal, Sentence>> = {
  'kind-unknown': sentence('不认识这种办理。', noEffect, '可能是对方程序较新，请升级本程序。'),
  'body-invalid': sentence('办理内容的格式不对。', noEffect, askAdministrator),
  'pen-flag-wrong': sentence('办理方式与公文流程不符。', noEffect, askAdministrator),
  'owner-differs': sentence('这份公文不归该单位所有。', noEffect, askAdministrator),
  'actor-of-another-unit': sentence('办理人不属于本单位。', noEffect, '请由本单位人员办理。'),
  'role-missing': sentence('您的岗位不能办理这一步。', noEffect, '请由相应岗位的人员办理。'),
  'not-the-holder': sentence('公文现在不在您手上。', noEffect, '请等公文转到您手上，或联系当前办理人。'),
  'not-in-this-state': sentence('公文当前的状态不能办理这一步。', noEffect, reopen),
  'content-differs': sentence('公文内容与送审时的不一致。', noEffect, '请退回修改，重新送审。'),
  'approval-differs': sentence('签发的不是当前这一稿。', noEffect, '请退回修改，重新送审、签发。'),
  'document-differs': sentence(
    '版式文件与登记的不一致。',
    noEffect,
    '请重新排版、用印；仍不一致时请联系系统管理员。',
  ),
  'number-taken': sentence('这个文号已被使用。', noEffect, '请重新登记编号，取下一个号。'),
  'not-a-recipient': sentence('该单位不在这份公文的收件单位之列。', noEffect, '请核对收件单位。'),
  'already-addressed': sentence(
    '这个单位已经发过，且没有退回。',
    '没有重复发出。',
    '请从分发名单中去掉该单位。',
  ),
  'letter-invalid': sentence('来文所附的发文记录不成立。', '没有进入收文。', '请联系发文单位核实后重发。'),
  'not-after-its-cause': sentence('这份公文已有更新的办理。', noEffect, reopen),
}
