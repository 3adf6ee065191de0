import { describe, expect, it } from 'vitest';
import { leadsToThisComputer } from './loopback';

describe('a link to this computer only', () => {
  it.each([
    'http://localhost:8080/phone#enrol=A',
    'http://LOCALHOST/phone',
    'http://phone1.localhost:8080/phone#enrol=A',
    'http://127.0.0.1:8080/phone#enrol=A',
    'http://127.8.9.1/phone',
    'http://[::1]:8080/phone#enrol=A',
  ])('%s', (link) => expect(leadsToThisComputer(link)).toBe(true));

  it.each([
    'https://muster.example.org/phone#enrol=localhost',
    'https://localhost.example.org/phone',
    'https://192.0.2.7/phone',
    'https://127.example.org/phone',
    'not a link',
  ])('is not %s', (link) => expect(leadsToThisComputer(link)).toBe(false));
});
