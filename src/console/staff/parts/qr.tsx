interface QrProps {
  readonly label: string;
  readonly size: number;
  /** Of unit squares, in a box of `size` by `size`. */
  readonly path: string;
}

/** A code for a phone to read: dark on white in a dark page too. */
export function Qr({ label, size, path }: QrProps) {
  return (
    <svg class="qr" viewBox={`-2 -2 ${size + 4} ${size + 4}`} role="img" aria-label={label}>
      <rect x={-2} y={-2} width={size + 4} height={size + 4} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
