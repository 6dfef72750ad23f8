/** What reporters can be told of. One row each in flows/notices.yaml; renaming one renames it in pending notices too. */
export const NOTICE_EVENTS = [
  'verified',
  'assigned',
  'in_progress',
  'progress',
  'needs_info',
  'info_reminder',
  'resumed',
  'transferred',
  'passed_on',
  'recategorised',
  'rejected',
  'appealed',
  'merged',
  'unmerged',
  'resolved',
  'confirm_reminder',
  'closed',
  'closed_silent',
  'closed_no_info',
  'reopened',
  'withdrawn',
  'late',
  'deadline_changed',
  'ombudsman_offer',
] as const;

export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What a notice may ask; each is a flow that its buttons and the answer belong to. */
export const NOTICE_ASKS = ['confirm', 'info', 'rating', 'chronology'] as const;
export type NoticeAsk = (typeof NOTICE_ASKS)[number];

/** What a text may be filled with. `when` is a day, or a day and time, in the zone of the case. */
export const NOTICE_PARAMS = [
  'number',
  'other_number',
  'unit',
  'agency',
  'address',
  'category',
  'when',
  'reason',
  'appeal',
  'question',
  'result',
  'note',
  'status_label',
] as const;
export type NoticeParam = (typeof NOTICE_PARAMS)[number];
