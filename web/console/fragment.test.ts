import { describe, expect, it } from 'vitest';
import { areaHref, parseFragment } from './fragment';

const ID = '0190a000-0000-7000-8000-00000000000a';

describe('the fragment', () => {
  it('names the page', () => {
    expect(parseFragment('')).toEqual({ page: 'queue' });
    expect(parseFragment('#/')).toEqual({ page: 'queue' });
    expect(parseFragment(`#/case/${ID}`)).toEqual({ page: 'case', id: ID });
    expect(parseFragment('#/enrol')).toEqual({ page: 'area', area: 'enrol', path: [], query: {} });
    expect(parseFragment('#/places/')).toEqual({ page: 'area', area: 'places', path: [], query: {} });
  });

  it('names a page of an area, with what follows', () => {
    const person = { page: 'area', area: 'people', path: [ID, 'devices'], query: { tab: 'a b', q: '' } };
    expect(parseFragment(`#/people/${ID}/devices?tab=a+b&q=`)).toEqual(person);
    const address = areaHref('people', [ID], { tab: 'phones & more', q: undefined, left: '' });
    expect(address).toBe(`#/people/${ID}?tab=phones+%26+more`);
    expect(parseFragment(address)).toEqual({ page: 'area', area: 'people', path: [ID], query: { tab: 'phones & more' } });
  });

  it('carries the secret of a one-time link', () => {
    expect(parseFragment('#setup=S3CRET')).toEqual({ page: 'setup', secret: 'S3CRET' });
    expect(parseFragment('#password=a-b_c')).toEqual({ page: 'password', secret: 'a-b_c' });
  });

  it('is the queue when it is none of ours', () => {
    expect(parseFragment('#/case/../../etc')).toEqual({ page: 'queue' });
    expect(parseFragment('#/people/<script>')).toEqual({ page: 'queue' });
    expect(parseFragment('#/nowhere')).toEqual({ page: 'queue' });
    expect(parseFragment('#setup=')).toEqual({ page: 'queue' });
  });
});
