import { counter } from '../../../ui/count';

const many = counter('en');

/** The words of one's own account. */
export const account = {
  title: 'My account',
  who: 'You are',
  signedInUntil: 'This session ends by itself at',
  factor: {
    title: 'Code generator',
    on: 'A code generator is set up. Signing in asks for its code.',
    off: 'No code generator is set up. Whoever learns your password can sign in as you.',
    required: 'Set up a code generator',
    requiredLead:
      'What your role may do needs more than a password. Until a code generator is set up, this account can do nothing else.',
    app: 'You need an app that shows six digits, new every 30 seconds, on a phone or in a password manager. Most of them will do.',
    start: 'Set up a code generator',
    startAgain: 'Set up another one',
    startAgainHint: 'The one you have stops working once the new one is confirmed, and your other sessions end.',
    scan: '1. Scan this with the app',
    qr: 'QR code for the code generator',
    type: 'Or type this secret into it',
    secretHint: 'Kind: time-based, six digits, 30 seconds.',
    until: (stamp: string) => `Confirm it before ${stamp}. After that, start again.`,
    code: '2. Type the code that the app shows now',
    confirm: 'Confirm',
    cancel: 'Not now',
  },
  recovery: {
    title: 'Your recovery codes',
    lead: 'Each is good once in place of the app: for the day your phone is gone. They are shown this once. Nobody can show them again, we keep none.',
    print: 'Print',
    copy: 'Copy all',
    kept: 'I have printed them or written them down, and they do not lie beside my password.',
    done: 'Finish',
    leave: 'Your recovery codes are shown only now, under My account. Keep them first.',
  },
  password: {
    title: 'Password',
    lead: 'Change it when somebody may have seen it. Your other sessions end; this one goes on, and this browser stays known.',
    start: 'Change my password',
    present: 'Your present password',
    next: 'New password',
    nextShow: 'Show the new password',
    wrong: 'The present password is wrong. If a change was just sent and no answer came, try the new one.',
    submit: 'Change the password',
    done: (n: number) => `The password is changed. ${many(n, { one: '{n} other session was ended.', other: '{n} other sessions were ended.' })}`,
  },
  sessions: {
    title: 'Where you are signed in',
    lead: 'A session that you do not know: change your password, which ends every other session, and tell an administrator.',
    device: 'Browser',
    started: 'Since',
    seen: 'Last used',
    ends: 'Ends by itself',
    factor: 'Code shown',
    yes: 'Yes',
    no: 'No',
    current: 'This one',
    end: 'End',
    endOf: (device: string) => `End the session of ${device}`,
    ended: 'The session is ended.',
    count: (n: number) => many(n, { one: '{n} session', other: '{n} sessions' }),
  },
  grants: {
    title: 'What you may do, and until when',
    none: 'No role was granted to you. You raise and answer alarms on your phone.',
    role: 'Role',
    where: 'Where',
    from: 'From',
    until: 'Until',
    open: 'No end',
    how: 'How',
    toCome: 'Not yet',
  },
};

export type AccountWords = typeof account;
