import { describe, expect, it } from 'vitest';
import { parseFragment } from './fragment';

const ID = '0190a000-0000-7000-8000-00000000000a';

describe('the fragment', () => {
  it('names the page', () => {
    expect(parseFragment('')).toEqual({ page: 'queue' });
    expect(parseFragment('#/')).toEqual({ page: 'queue' });
    expect(parseFragment(`#/case/${ID}`)).toEqual({ page: 'case', id: ID });
    expect(parseFragment('#/enrol')).toEqual({ page: 'enrol' });
    expect(parseFragment('#/admin')).toEqual({ page: 'admin' });
  });

  it('carries the secret of a one-time link', () => {
    expect(parseFragment('#setup=S3CRET')).toEqual({ page: 'setup', secret: 'S3CRET' });
    expect(parseFragment('#password=a-b_c')).toEqual({ page: 'password', secret: 'a-b_c' });
  });

  it('is the queue when it is none of ours', () => {
    expect(parseFragment('#/case/../../etc')).toEqual({ page: 'queue' });
    expect(parseFragment('#setup=')).toEqual({ page: 'queue' });
  });
});
