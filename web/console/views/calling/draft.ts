import type { Wire } from '../../../api/types';

type Step = Wire['PolicyStep'];
type Channel = Wire['DeliveryChannel'];

/** Who may be chosen as a step's callees. */
export const WHOM = ['duty_officer', 'named', 'regional_officer', 'everybody'] as const;

/** One step as it is edited. */
export interface DraftStep {
  /** Stays the same while the step is moved and changed. */
  key: number;
  step: (typeof WHOM)[number];
  people: readonly { id: string; name: string }[];
  after: string;
  channels: readonly Channel[];
}

/** A policy as it is edited. */
export interface Draft {
  steps: readonly DraftStep[];
  unseen: { on: boolean; after: string; channels: readonly Channel[] };
}

let last = 0;

/** A key that no step had. */
export function newKey(): number {
  return ++last;
}

/** A draft that begins with a policy; `people` are those whom it names. */
export function draftOf(
  plan: { steps: readonly Step[]; unseen?: Wire['UnseenCall'] | null | undefined },
  people: readonly { id: string; name: string }[],
  all: readonly Channel[],
): Draft {
  const steps = plan.steps.map(({ step, people: named, after_s, channels }): DraftStep => ({
    key: newKey(),
    step: WHOM.find((one) => one === step) ?? 'everybody',
    people: (named ?? []).map((id) => people.find((one) => one.id === id) ?? { id, name: '?' }),
    after: String(after_s),
    channels,
  }));
  const unseen = plan.unseen;
  return { steps, unseen: { on: unseen != null, after: String(unseen?.after_s ?? 5), channels: unseen?.channels ?? all } };
}

/** What is sent for a draft: whether it is safe is for the server to say. */
export function bodyOf(draft: Draft, revision: number): Wire['PutPolicy'] {
  const steps = draft.steps.map(({ step, people, after, channels }): Step => ({
    step,
    after_s: seconds(after),
    channels: [...channels],
    ...(step === 'named' ? { people: people.map(({ id }) => id) } : {}),
  }));
  const { on, after, channels } = draft.unseen;
  return { revision, steps, ...(on ? { unseen: { after_s: seconds(after), channels: [...channels] } } : {}) };
}

/** Whole seconds as they are typed, in the digits of either language; 4,294,967,295 of what is none, which the server refuses. */
export function seconds(typed: string): number {
  const digits = typed.trim().replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
  return /^\d{1,6}$/.test(digits) ? Number(digits) : 4_294_967_295;
}

/** With a channel, or without it. */
export function toggled(channels: readonly Channel[], channel: Channel): readonly Channel[] {
  return channels.includes(channel) ? channels.filter((one) => one !== channel) : [...channels, channel];
}
