import { ltr } from '../../ui/ltr';
import { coordinates, utcStamp } from '../../ui/time';
import type { Change, Facts } from '../wire';
import type { Words } from '../words/en';

/** A change in words: one headline, and lines of content that a person wrote or a phone sent. */
export interface ChangeWords {
  headline: string;
  lines: string[];
}

/** What a change did, in words. */
export function describeChange(change: Change, words: Words, language: string): ChangeWords {
  const { changes, terms, detail } = words;
  const number = (value: number): string => new Intl.NumberFormat(language).format(value);
  switch (change.what) {
    case 'attempt_kept':
      return { headline: changes.attempt_kept, lines: rawLines(change.raw, words) };
    case 'raised':
      return { headline: changes.raised, lines: [...textLines(change.text), ...rawLines(change.raw, words)] };
    case 'tapped_again': {
      const lines = [...textLines(change.text), ...rawLines(change.raw, words)];
      return { headline: change.reopened ? changes.reopened : changes.tapped_again, lines };
    }
    case 'opened':
      return { headline: changes.opened(terms.contactChannel[change.channel]), lines: [] };
    case 'positioned': {
      const { lat, lon, accuracy_m, source, of_reporter } = change.position;
      const accuracy = accuracy_m == null ? detail.noAccuracy : detail.accuracy(number(Math.round(accuracy_m)));
      const lines = [`${ltr(coordinates(lat, lon))} · ${accuracy} · ${terms.positionSource[source]}`];
      return { headline: changes.positioned, lines: of_reporter ? [...lines, detail.reporterPosition] : lines };
    }
    case 'place_set':
      return { headline: changes.place_set(change.country, ltr(utcStamp(change.until))), lines: [] };
    case 'facts_added':
      return { headline: changes.facts_added, lines: factLines(change.facts, words, number) };
    case 'shown':
    case 'claimed':
    case 'still_on_it':
      return { headline: changes[change.what], lines: [] };
    case 'taken_over':
      return { headline: changes.taken_over(change.from, terms.takeoverReason[change.reason]), lines: [] };
    case 'released':
      return { headline: changes.released(terms.releaseReason[change.reason]), lines: [] };
    case 'noted':
      return { headline: changes.noted, lines: [change.text] };
    case 'contact_tried': {
      const headline = changes.contact_tried(terms.contactChannel[change.channel], terms.contactResult[change.result]);
      return { headline, lines: change.note == null ? [] : [change.note] };
    }
    case 'responder_assigned':
      return { headline: changes.responder_assigned(change.responder), lines: [] };
    case 'called':
      return { headline: changes.called(terms.ladderStep[change.step]), lines: calledLines(change, words) };
    case 'calls_ordered': {
      const lines = change.people == null || change.people.length === 0 ? [] : [change.people.join(', ')];
      return { headline: changes.calls_ordered(terms.callOrder[change.order]), lines: [...lines, change.reason] };
    }
    case 'call_result': {
      const { name, channel, state, trouble, status } = change;
      const headline = changes.call_result(terms.deliveryChannel[channel], name, terms.deliveryState[state]);
      if (trouble == null) return { headline, lines: [] };
      return { headline, lines: [status == null ? terms.callTrouble[trouble] : `${terms.callTrouble[trouble]} (${number(status)})`] };
    }
    case 'closed':
      return { headline: changes.closed(terms.outcome[change.outcome]), lines: [change.note] };
    default:
      // A newer server knows a change that this page doesn't: its own word is better than a missing line.
      return { headline: (change as { what: string }).what, lines: [] };
  }
}

function calledLines({ step, people, passed }: Extract<Change, { what: 'called' }>, { changes, terms }: Words): string[] {
  const names = terms.calledRole as Partial<Record<string, string>>;
  const lines = people.map(({ name, role, proven, channels }) => {
    const as = names[role] ?? role;
    if (channels.length === 0) return changes.calledNumberless(name, as);
    return proven ? changes.calledOne(name, as) : changes.calledUnproven(name, as);
  });
  if (people.length === 0) lines.push(changes.calledNobody);
  if (step === 'operations') lines.unshift(changes.calledUnseen);
  if (people.some(({ gap }) => gap)) lines.push(changes.calledGap);
  return passed ? [...lines, changes.calledPassed] : lines;
}

function textLines(text: string | null | undefined): string[] {
  return text == null ? [] : [text];
}

function rawLines(raw: readonly { field: string; why: string }[] | undefined, { changes, terms }: Words): string[] {
  const why = terms.rawWhy as Partial<Record<string, string>>;
  return (raw ?? []).map((one) => changes.raw(one.field, why[one.why] ?? one.why));
}

/** What is known of the danger, a line each. */
export function factLines(facts: Facts, { detail, terms }: Words, number: (value: number) => string): string[] {
  const { danger, injury, can_talk, people, place, note } = facts;
  const lines: string[] = [];
  if (danger != null) lines.push(`${detail.danger}: ${terms.danger[danger]}`);
  if (injury != null) lines.push(`${detail.injury}: ${terms.injury[injury]}`);
  if (can_talk != null) lines.push(`${detail.canTalk}: ${terms.canTalk[can_talk]}`);
  if (people != null) lines.push(`${detail.people}: ${number(people)}`);
  if (place != null) lines.push(`${detail.place}: ${place}`);
  if (note != null) lines.push(`${detail.note}: ${note}`);
  return lines;
}
