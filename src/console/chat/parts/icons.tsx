const PATHS = {
  send: 'M4 12 20 4l-4.500 16-4-6.500zM11.500 13.500 20 4',
  attach:
    'M4 8.500A1.500 1.500 0 0 1 5.500 7h2l1.500-2h6l1.500 2h2A1.500 1.500 0 0 1 20 8.500v9a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500zM12 16a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400z',
  pin: 'M12 21s-6.500-5.600-6.500-11a6.500 6.500 0 1 1 13 0c0 5.400-6.500 11-6.500 11zM12 12.200a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z',
  file: 'M7 3.500h7l4.500 4.500v12.500H7zM14 3.500V8h4.500',
  clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  warn: 'M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M12 5.500v.1M12 12v.1M12 18.500v.1',
  down: 'M12 5v14M6 13l6 6 6-6',
} as const;

/** A line drawing beside or in place of words; always silent, the words say it. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        class="mark-bubble"
        d="M7 3h18a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5h-8l-7 6v-6H7a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z"
      />
      <path class="mark-check" d="m10 13.500 4.200 4.200L22 10" />
    </svg>
  );
}
