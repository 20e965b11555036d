/** Sentences for what the own workstation refuses: what happened, what it means for the document, what to do. */
import type { DeskRefusal } from '../../preload/contract/refusals.ts'

export type Sentence = { readonly what: string; readonly means: string; readonly todo: string }
export const sentence = (what: string, means: string, todo: string): Sentence => ({ what, means, todo })

const kept = '公文没有变动。'
const tellAdministrator = '请联系系统管理员。'

export const deskSentences: Readonly<Record<DeskRefusal, Sentence>> = {
  'contract-violated': sentence(
    '程序内部出错，这一步没有执行。',
    kept,
    '请重试；再次出现时，请把代码告诉系统管理员。',
  ),
  'program-fault': sentence(
    '程序内部出错。',
    '这一步可能已经记录，也可能没有；以列表中显示的状态为准。',
    '请先刷新查看这件公文的状态，再决定是否重做；并把代码告诉系统管理员。',
  ),
  'not-signed-in': sentence('登录已结束。', '已保存的内容都在。', '请重新登录后再办理。'),
  'already-signed-in': sentence('已有人在本机登录。', kept, '请先退出登录，再用另一张证书登录。'),
  'account-unknown': sentence('本机没有这张证书。', kept, '请选择列表中的证书，或请系统管理员导入证书。'),
  'pin-wrong': sentence('证书口令不对。', `没有签名，${kept}`, '请重新输入；忘记口令时请联系系统管理员。'),
  'key-file-damaged': sentence(
    '证书文件与导入时不一致，可能已损坏。',
    `没有签名，${kept}`,
    '请勿反复尝试口令，请系统管理员从备份恢复证书文件。',
  ),
  'pin-wrong-or-key-file-damaged': sentence(
    '打不开证书：口令不对，或证书文件已损坏。',
    `没有签名，${kept}`,
    '请先核对口令再试；仍打不开时请系统管理员检查证书文件。',
  ),
  'key-file-missing': sentence(
    '找不到证书文件。',
    `没有签名，${kept}`,
    '请插入存放证书的介质，或请系统管理员恢复。',
  ),
  'seal-pin-wrong': sentence('印章口令不对。', '没有用印，公文停在待用印。', '请重新输入印章口令。'),
  'seal-file-missing': sentence(
    '本机没有本单位的印章。',
    '没有用印，公文停在待用印。',
    '请插入印章介质，或到保管印章的电脑上用印。',
  ),
  'certificate-expired': sentence(
    '证书已过期。',
    '不能再用它签名；以前的签名仍然有效。',
    '请到发证机构办理证书更新。',
  ),
  'certificate-not-yet-valid': sentence(
    '证书还没有到生效时间。',
    kept,
    '请核对本机时间；时间无误时请等到生效日再用。',
  ),
  'certificate-not-trusted': sentence('证书不是本省政务证书体系签发的。', kept, '请改用单位发放的证书。'),
  'development-certificate': sentence(
    '这是开发测试用的证书。',
    '正式环境不接受它。',
    '请改用单位发放的证书。',
  ),
  'store-key-wrong': sentence(
    '打不开本机的公文库：密钥不符。',
    '公文库没有改动。',
    '请用原来的证书登录；证书已更换时请联系系统管理员。',
  ),
  'store-damaged': sentence(
    '本机的公文库已损坏。',
    '文件原样保留，没有删除；已交换的公文在交换中心仍有存底。',
    '请停止使用本机，请系统管理员从备份恢复。',
  ),
  'store-newer-than-program': sentence(
    '公文库是更新版本的程序写的。',
    '公文库没有改动。',
    '请升级本程序后再打开。',
  ),
  'store-busy': sentence('公文库正被另一个窗口使用。', kept, '请关闭另一个印驿窗口后重试。'),
  'disk-full': sentence('磁盘已满。', '这一步没有保存，此前的内容都在。', '请清理磁盘空间后重试。'),
  'directory-missing': sentence(
    '还没有收到通讯录。',
    '暂时不能签名和分发，起草不受影响。',
    '请等网络接通后自动取得通讯录，再重试。',
  ),
  'draft-unknown': sentence(
    '这份草稿已不在本机。',
    '它可能已经送审或删除。',
    '请回到草稿列表或到发文中查找。',
  ),
  'draft-incomplete': sentence('公文要素还不齐。', '草稿已保存，没有送审。', '请补齐标出的各项后再送审。'),
  'matter-unknown': sentence(
    '本机没有这份公文。',
    '它可能不由本单位办理。',
    '请刷新列表；仍找不到时请询问经办人。',
  ),
  'file-not-here': sentence(
    '文件还没有下载到本机。',
    '公文登记不受影响。',
    '请等网络接通，下载完成后再打开。',
  ),
  'no-number-left': sentence(
    '本年度分给您的文号已用完。',
    '公文停在待登记编号。',
    '请向办公室申请新的号段。',
  ),
  'recipient-unknown': sentence(
    '通讯录中没有这个单位。',
    '公文没有发出。',
    '请在单位列表中重新选择主送、抄送单位。',
  ),
  'leader-unknown': sentence(
    '选择的签发人不在通讯录中，或不是领导。',
    '草稿已保存，没有送审。',
    '请另选签发人。',
  ),
  'glyph-missing': sentence(
    '有一个字在排版字库中没有。',
    '公文没有排版，内容未改。',
    '请改用通用字，或请系统管理员补装字库。',
  ),
  'page-limit': sentence(
    '排出的页数超过上限。',
    '公文没有排版，内容未改。',
    '请把附件部分单独成文，再重新排版。',
  ),
  'classified-mark': sentence(
    '这份材料带有密级标志。',
    '本网络只处理非涉密公文，内容没有保存。',
    '请立即停止在本机处理，改用涉密渠道，并告知保密管理员。',
  ),
  'not-text': sentence(
    '这个文件不是文本文件。',
    '没有导入任何内容。',
    '请另存为纯文本（UTF-8 或 GB18030）后再导入。',
  ),
  empty: sentence('文件中没有文字。', '没有导入任何内容。', '请选择有正文的文本文件。'),
  'too-long': sentence('文本太长。', '没有导入任何内容。', '请把附件部分分成单独的文件。'),
  'approval-missing': sentence('没有找到签发记录。', '公文停在原处，没有继续办理。', '请先完成签发。'),
  'pressed-page-differs': sentence(
    '重新排版的页面与待用印的页面不一致。',
    '没有用印，公文停在待用印。',
    '请重新排版；仍不一致时不要用印，请联系系统管理员。',
  ),
  'font-missing': sentence('本机缺少排版用的字库。', '公文没有排版，内容未改。', tellAdministrator),
  'fonts-differ': sentence(
    '本机的字库与签发时的不同。',
    '没有排版，以免印出的页面与签发的不一致。',
    '请在签发时所用字库的电脑上排版，或退回重新签发。',
  ),
  'seal-not-listed': sentence(
    '这枚印章没有登记在通讯录中。',
    '没有用印，公文停在待用印。',
    '请核对印章；新章须先由系统管理员登记。',
  ),
  'seal-expired': sentence('印章证书已过期。', '没有用印；以前盖的章仍然有效。', '请办理印章证书更新。'),
  'verdict-bad': sentence(
    '印章检验没有通过。',
    '不能按有效公文签收。',
    '请拒收并注明原因，或与发文单位核实。',
  ),
  'recalled-by-sender': sentence('发文单位已撤回这份公文。', '不再需要签收，记录已保留。', '无须办理。'),
  'pdf-unreadable': sentence(
    '打不开这个版式文件。',
    '公文登记不受影响。',
    '请重新下载；仍打不开时请与发文单位核实。',
  ),
}
