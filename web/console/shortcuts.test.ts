import { beforeEach, describe, expect, it } from 'vitest';
import { digitOf, KeyReader, SHORTCUTS, type KeyPress } from './shortcuts';

let now = 0;
let enabled = true;
let reader = new KeyReader(
  () => enabled,
  () => now,
);
const key = (name: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key: name,
  code: '',
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...over,
});

beforeEach(() => {
  now = 0;
  enabled = true;
  reader = new KeyReader(
    () => enabled,
    () => now,
  );
});

describe('the keys', () => {
  it('do what the list says, each key one thing', () => {
    const all = SHORTCUTS.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
    expect(reader.read(key('c'), false)).toBe('take');
    expect(reader.read(key('N', { shiftKey: true }), false)).toBe('newCase');
    expect(reader.read(key('n'), false)).toBe('note');
  });

  it('leave what is typed into a field alone, except Esc', () => {
    expect(reader.read(key('c'), true)).toBeUndefined();
    expect(reader.read(key('Escape'), true)).toBe('back');
  });

  it('leave the browser its own combinations', () => {
    expect(reader.read(key('c', { ctrlKey: true }), false)).toBeUndefined();
    expect(reader.read(key('n', { metaKey: true }), false)).toBeUndefined();
  });

  it('can be switched off, but Enter and Esc stay', () => {
    enabled = false;
    expect(reader.read(key('c'), false)).toBeUndefined();
    expect(reader.read(key('S', { shiftKey: true }), false)).toBeUndefined();
    expect(reader.read(key('Enter'), false)).toBe('open');
    expect(reader.read(key('Escape'), false)).toBe('back');
  });

  it('read g and q as one when they follow each other within a second', () => {
    expect(reader.read(key('g'), false)).toBeUndefined();
    expect(reader.read(key('q'), false)).toBe('queue');
    reader.read(key('g'), false);
    now = 1_000;
    expect(reader.read(key('q'), false)).toBeUndefined();
  });

  it('read what two keys mean together before what the second means alone', () => {
    expect(reader.read(key('p'), false)).toBe('contact');
    reader.read(key('g'), false);
    expect(reader.read(key('p'), false)).toBe('people');
    reader.read(key('g'), false);
    expect(reader.read(key('d'), false)).toBe('devices');
    expect(reader.read(key('d'), false)).toBe('dismiss');
  });

  it('work on a keyboard that writes Arabic', () => {
    expect(reader.read(key('ؤ', { code: 'KeyC' }), false)).toBe('take');
    expect(reader.read(key('س', { code: 'KeyS', shiftKey: true }), false)).toBe('silence');
  });
});

describe('the number keys', () => {
  const digit = (name: string, over: Partial<KeyPress & { repeat: boolean }> = {}) =>
    digitOf({ ...key(name, over), repeat: false, ...over });

  it('choose by the digit on the key', () => {
    expect(digit('1', { code: 'Digit1' })).toBe(1);
    expect(digit('9', { code: 'Numpad9' })).toBe(9);
    expect(digit('0', { code: 'Digit0' })).toBeUndefined();
    expect(digit('c', { code: 'KeyC' })).toBeUndefined();
  });

  it('work on keyboards that write Arabic digits, or digits only with Shift', () => {
    expect(digit('٣', { code: 'Digit3' })).toBe(3);
    expect(digit('"', { code: 'Digit3' })).toBe(3);
    expect(digit('3', { code: 'Digit3', shiftKey: true })).toBe(3);
  });

  it('are left alone with Shift where they write signs, with a browser’s own combinations, and in a number block that moves', () => {
    expect(digit('#', { code: 'Digit3', shiftKey: true })).toBeUndefined();
    expect(digit('3', { code: 'Digit3', ctrlKey: true })).toBeUndefined();
    expect(digit('PageDown', { code: 'Numpad3' })).toBeUndefined();
  });

  it('choose once, however long they are held: a warning must not be walked through by one press', () => {
    expect(digit('1', { code: 'Digit1', repeat: true })).toBeUndefined();
  });
});
