import fc from 'fast-check';
import type { ChangeRequest } from '../../src/cases/change-request.js';
import type { SendScript } from '../fakes/push-platform.js';

export type Staff = 'sari' | 'dewi';

/** One thing that happens to a conversation, or around it. */
export type Command =
  | { readonly do: 'write'; readonly text: string }
  /** Several messages at once, each to any of the processes. */
  | { readonly do: 'burst'; readonly texts: readonly string[] }
  /** The platform delivers a message again that was acknowledged, `back` messages ago. */
  | { readonly do: 'again'; readonly back: number }
  /** A button of a message that was heard `back` messages ago. */
  | { readonly do: 'tap'; readonly back: number; readonly option: number }
  | { readonly do: 'claim' | 'say' | 'release' | 'requeue'; readonly by: Staff }
  /** Both take it over at once. */
  | { readonly do: 'race' }
  /** Takes it over while the citizen writes. */
  | { readonly do: 'claimWhile'; readonly by: Staff; readonly text: string }
  | { readonly do: 'move'; readonly to: ChangeRequest['to'] }
  | { readonly do: 'wait'; readonly minutes: number }
  /** How the platform takes the next messages to this chat. */
  | { readonly do: 'fault'; readonly script: readonly SendScript[] };

const text = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu',
      'sampah menumpuk di depan Pasar Baru, bau sekali',
      'jalan berlubang, sudah dua orang jatuh',
      'ada kebakaran di belakang rumah saya!',
      'kepala desa minta uang 500 ribu buat ngurus surat',
      'bagaimana cara mengurus KTP yang hilang?',
    ),
  },
  {
    weight: 7,
    arbitrary: fc.constantFrom(
      'kirim',
      'ya',
      'belum',
      'sudah beres',
      '1',
      '2',
      '4',
      'anonim',
      'rahasia',
      'kemarin',
      'di Jl. Melati no 3',
      'tetap lapor',
      'ikut mendukung',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'petugas',
      'menu',
      'batal',
      'lanjut',
      'status',
      'halo',
      'terima kasih',
      'english',
      'tetap menunggu',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('👍', '17', 'asdf qwer zxcv', '???', 'goblok kalian semua', 'LP-261201-0001'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
);

const by = fc.constantFrom<Staff>('sari', 'dewi');
const moves: readonly ChangeRequest['to'][] = [
  'verified',
  'assigned',
  'needs_info',
  'transferred',
  'resolved',
  'rejected',
  'withdrawn',
];
const script = fc.array(
  fc.constantFrom<SendScript>(
    { answer: 'ok' },
    { answer: 'throttled', retryAfterMs: 50 },
    { answer: 'broken' },
    { answer: 'cut' },
    { answer: 'refused' },
  ),
  { minLength: 1, maxLength: 3 },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('write' as const), text }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('burst' as const), texts: fc.array(text, { minLength: 2, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), back: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tap' as const), back: fc.nat(3), option: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('claim' as const, 'say' as const, 'release' as const, 'requeue' as const),
      by,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'race' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('claimWhile' as const), by, text }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), to: fc.constantFrom(...moves) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 6, 16, 65) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fault' as const), script }) },
);

/** What one conversation goes through. */
export const conversation: fc.Arbitrary<readonly Command[]> = fc.array(command, {
  minLength: 4,
  maxLength: 40,
  size: 'max',
});
