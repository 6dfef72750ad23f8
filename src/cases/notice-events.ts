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
