/** What staff are alerted to. Apart from the store's code, since the console's page is built with it too. */
export const ALERT_KINDS = [
  'queue_waiting',
  'handover_overdue',
  'assigned',
  'mentioned',
  'breach_near',
  'breached',
  'danger',
  'channel',
  'data_request',
  'numbers_tried',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
