import { signal } from '@preact/signals';
import { ApiError } from '../../api/client';

/** What is sent to prove who one is. */
export interface Typed {
  password: string;
  /** Absent where none was typed. */
  code: string | undefined;
}

/** A password, and a code where there is a code generator, as they are typed; and what the server says of them. */
export class Proof {
  readonly password = signal('');
  readonly code = signal('');
  /** The server said that the password or the code is wrong. */
  readonly wrong = signal(false);
  /** The server said that a code is needed. */
  readonly codeAsked = signal(false);

  /** Sends what was typed; what the server says of it is noted, and thrown on. */
  async send<T>(request: (typed: Typed) => Promise<T>): Promise<T> {
    const code = this.code.peek().trim();
    this.wrong.value = false;
    try {
      return await request({ password: this.password.peek(), code: code === '' ? undefined : code });
    } catch (why) {
      if (why instanceof ApiError) {
        this.wrong.value = why.code === 'sign_in_failed';
        if (why.code === 'code_required') this.codeAsked.value = true;
      }
      throw why;
    }
  }

  /** Begins anew, for somebody else. */
  clear(): void {
    this.password.value = '';
    this.code.value = '';
    this.wrong.value = false;
    this.codeAsked.value = false;
  }
}
