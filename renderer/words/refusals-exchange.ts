/** Sentences for what the hub refuses, what is wrong with a packet that came, and what is wrong with a directory. */
import type { DirectoryRefusal } from '../../core/directory/directory.ts'
import type { PacketRefusal } from '../../core/exchange/packet.ts'
import type { HubRefusal } from '../../core/exchange/protocol.ts'
import type { ExchangeTrouble } from '../../core/exchange/trouble.ts'
import { sentence } from './refusals-desk.ts'
import type { Sentence } from './refusals-desk.ts'

const waits = '待发送的公文留在本机，不会丢失。'
const askAdministrator = '请联系系统管理员，并告知代码。'
const notSent = '这一件没有发出，仍在本机。'
const parked = '来件已原样保留在待处置中，没有进入收文。'
const unproven = '没有采信，来往的公文都原样保留。'
const askSender = '请联系发文单位核实后重发。'
const again = '程序会自动重试，不必操作。'

export const hubSentences: Readonly<Record<Exclude<HubRefusal, 'disk-full'>, Sentence>> = {
  'device-missing': sentence('交换中心没有看到本机的设备证书。', waits, '请系统管理员为本机安装设备证书。'),
  'device-unknown': sentence('交换中心不认识本机的设备证书。', waits, '请系统管理员核对设备证书。'),
  'device-expired': sentence('本机的设备证书已过期。', waits, '请系统管理员更新设备证书。'),
  'device-not-admitted': sentence('本机还没有获准接入。', waits, '请系统管理员办理终端准入。'),
  'session-missing': sentence('与交换中心的会话还没有建立。', waits, again),
  'session-expired': sentence('与交换中心的会话已到时限。', waits, '请重新登录。'),
  'session-replayed': sentence('交换中心收到了重复的登录声明。', waits, '请重新登录。'),
  'session-for-another-hub': sentence(
    '登录声明是给另一个交换中心的。',
    waits,
    '请系统管理员核对交换中心地址。',
  ),
  'session-for-another-device': sentence('登录声明不是在本机签的。', waits, '请在本机重新登录。'),
  'session-signature-broken': sentence(
    '登录声明的签名不成立。',
    waits,
    '请重新登录；再次出现时请联系系统管理员。',
  ),
  'session-too-long': sentence('登录声明的时限超过规定。', waits, '请核对本机时间后重新登录。'),
  'session-malformed': sentence('交换中心看不懂登录声明。', waits, askAdministrator),
  'person-unknown': sentence('交换中心的通讯录中没有您。', waits, '请系统管理员登记人员。'),
  'person-certificate-ended': sentence('您的证书在交换中心已停用或过期。', waits, '请办理证书更新。'),
  'mailbox-not-yours': sentence(
    '没有权限读取这个单位的来件。',
    '本机已有的公文不受影响。',
    '请系统管理员核对岗位。',
  ),
  'request-malformed': sentence('交换中心看不懂本机的请求。', waits, askAdministrator),
  'request-too-large': sentence('请求超过交换中心的限度。', notSent, askAdministrator),
  'not-found': sentence('交换中心没有所要的内容。', '本机已有的公文不受影响。', askAdministrator),
  'sender-differs-from-session': sentence(
    '发件人与登录人不是同一人。',
    notSent,
    '请用办理人的证书登录后重新办理。',
  ),
  'recipient-unknown': sentence(
    '通讯录中没有这个单位。',
    '公文没有发出。',
    '请在单位列表中重新选择主送、抄送单位。',
  ),
  'recipient-key-ended': sentence(
    '收件单位的加密证书已停用。',
    notSent,
    '请等通讯录更新后重新分发，或联系该单位更新证书。',
  ),
  'route-not-permitted': sentence(
    '不允许向这个单位直接发文。',
    notSent,
    '请按隶属关系逐级发送，或请系统管理员核对收发关系。',
  ),
  'packet-id-taken': sentence('交换中心已有同一编号的另一件。', notSent, askAdministrator),
  'head-moved': sentence(
    '这份公文已被他人先办了一步。',
    '您的这一步没有生效，已作为旁支保留。',
    '请看过最新状态后重新办理。',
  ),
  'packet-malformed': sentence('数据包的格式不对。', '这一件没有交换。', askAdministrator),
  'packet-too-large': sentence('数据包超过上限。', '这一件没有交换。', '请减少附件或收件单位后重试。'),
  'header-signature-broken': sentence('数据包的签名不成立。', '这一件没有被采信。', askSender),
  'body-differs-from-header': sentence('数据包的内容与封面不一致。', '这一件没有被采信。', askSender),
  'sender-is-another-unit': sentence(
    '发件人不属于所写的单位。',
    '这一件没有被采信。',
    '请核对发件人与单位，必要时告知安全保密管理员。',
  ),
  'owner-differs': sentence('这份公文不归该单位所有。', '这一步没有生效。', askAdministrator),
  'blob-missing': sentence('所附文件还没有传完。', '公文先等候，文件到齐后继续。', again),
  'blob-hash-differs': sentence('所附文件在传送中出错。', '文件会重新传送。', again),
  'upload-unknown': sentence('交换中心没有这次上传的记录。', '文件会重新传送。', again),
  'upload-not-yours': sentence('这次上传属于另一台电脑。', notSent, askAdministrator),
  'upload-offset-differs': sentence('续传的位置对不上。', '文件会从正确的位置续传。', again),
  'clock-differs': sentence('本机时间与交换中心相差太大。', waits, '请校准本机时间，然后重新登录。'),
  busy: sentence('交换中心正忙。', waits, again),
}

const callSecurity = '请立即告知安全保密管理员。'
export const troubleSentences: Readonly<Record<ExchangeTrouble, Sentence>> = {
  offline: sentence('连不上交换中心。', waits, '请检查网络；接通后会自动继续。'),
  'hub-not-trusted': sentence('对方不是本省的交换中心：证书不受信任。', waits, callSecurity),
  'hub-answer-malformed': sentence('看不懂交换中心的应答。', waits, askAdministrator),
  'receipt-malformed': sentence('交换中心的回执格式不对。', unproven, askAdministrator),
  'receipt-signer-unknown': sentence(
    '回执的签名证书不在通讯录中。',
    unproven,
    '通讯录更新后会自动再试；仍不成功时请告知系统管理员。',
  ),
  'receipt-signature-broken': sentence('交换中心回执的签名不成立。', unproven, callSecurity),
  'receipt-differs': sentence('交换中心的回执与这一件不符。', unproven, callSecurity),
  'receipt-contradicts': sentence('交换中心先后给出的回执互相矛盾。', '两份回执都已留存。', callSecurity),
  'blob-file-missing': sentence('待发送的文件在本机找不到了。', '公文停在原处，没有发出。', askAdministrator),
  'processing-failed': sentence(
    '程序处理这一件时出错。',
    parked,
    '下次登录会自动再试；再次出现时请把代码告诉系统管理员。',
  ),
}

export const packetSentences: Readonly<
  Record<Exclude<PacketRefusal, HubRefusal | 'classified-mark'>, Sentence>
> = {
  'sender-unknown': sentence(
    '通讯录中没有这个发件人。',
    parked,
    '通讯录更新后会自动再试；不认识的发件人请告知系统管理员。',
  ),
  'sender-certificate-ended': sentence('发件人的证书当时已停用或过期。', parked, askSender),
  'not-addressed-to-us': sentence('这一件不是发给本单位的。', parked, '请告知系统管理员和发文单位。'),
  'cannot-decrypt': sentence(
    '本机没有能打开这一件的密钥。',
    parked,
    '请用单位的加密证书登录，或请发文单位按新证书重发。',
  ),
  'act-malformed': sentence('来件内容的格式不对。', parked, askSender),
  'act-signature-broken': sentence('来件中办理人的签名不成立。', parked, askSender),
  'act-id-differs': sentence('来件的编号与内容不符。', parked, askSender),
  'header-and-act-disagree': sentence('来件的封面与内容不一致。', parked, askSender),
  'recipients-exceed-act': sentence('封面的收件人超出了办理人所列的范围。', parked, '请告知安全保密管理员。'),
  'role-not-held': sentence('办理人没有相应的岗位。', parked, askSender),
  'blob-damaged': sentence('所附文件已损坏。', parked, '程序会重新下载；仍损坏时请发文单位重发。'),
}

const oldDirectory = '仍使用此前的通讯录，公文不受影响。'
export const directorySentences: Readonly<Record<DirectoryRefusal, Sentence>> = {
  'directory-malformed': sentence('收到的通讯录格式不对。', oldDirectory, askAdministrator),
  'directory-not-by-authority': sentence(
    '收到的通讯录不是主管机构签发的。',
    oldDirectory,
    '请立即告知安全保密管理员。',
  ),
  'directory-older-than-known': sentence(
    '收到的通讯录比本机的旧。',
    oldDirectory,
    '不必操作；经常出现时请告知系统管理员。',
  ),
  'directory-gap': sentence('通讯录缺了中间的版本。', oldDirectory, again),
  'directory-forked': sentence(
    '收到的通讯录与本机的版本对不上。',
    oldDirectory,
    '请立即告知安全保密管理员。',
  ),
}
