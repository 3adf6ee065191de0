import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { Proof, type Typed } from './proving';

const refused = (code: string): (() => Promise<never>) => () => Promise.reject(new ApiError(code as never, 401));

describe('a proof', () => {
  it('sends the password, and a code only where one was typed', async () => {
    const proof = new Proof();
    const sent: Typed[] = [];
    const send = (): Promise<void> => proof.send((typed) => Promise.resolve(void sent.push(typed)));
    proof.password.value = ' a gravel lantern ';
    proof.code.value = '  ';
    await send();
    proof.code.value = ' 123 456 ';
    await send();
    expect(sent).toEqual([
      { password: ' a gravel lantern ', code: undefined },
      { password: ' a gravel lantern ', code: '123 456' },
    ]);
  });

  it('asks for the code once the server does, and says what is wrong until it is sent again', async () => {
    const proof = new Proof();
    await expect(proof.send(refused('code_required'))).rejects.toThrow();
    expect([proof.codeAsked.value, proof.wrong.value]).toEqual([true, false]);
    await expect(proof.send(refused('sign_in_failed'))).rejects.toThrow();
    expect([proof.codeAsked.value, proof.wrong.value]).toEqual([true, true]);
    await proof.send(() => Promise.resolve());
    expect(proof.wrong.value).toBe(false);
    proof.password.value = 'x';
    proof.clear();
    expect([proof.password.value, proof.code.value, proof.codeAsked.value]).toEqual(['', '', false]);
  });
});
