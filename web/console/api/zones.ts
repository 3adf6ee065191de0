import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client } from './client';

/** Warden zones, security areas and their grades. What is made here goes through `perform`. */
export const zones = {
  zones: () => client.get<Wire['Zones']>('/v1/zones').then(({ zones }) => zones),
  newZone: (body: Wire['NewZone']): Intent => client.intend('/v1/zones', body),
  changeZone: (id: string, body: Wire['ChangeZone']): Intent => client.intend(`/v1/zones/${id}`, body, 'PATCH'),
  endZone: (id: string): Intent => client.intend(`/v1/zones/${id}`, undefined, 'DELETE'),
  areas: () => client.get<Wire['SecurityAreas']>('/v1/security-areas').then(({ security_areas }) => security_areas),
  newArea: (body: Wire['NewSecurityArea']): Intent => client.intend('/v1/security-areas', body),
  changeArea: (id: string, body: Wire['ChangeSecurityArea']): Intent => client.intend(`/v1/security-areas/${id}`, body, 'PATCH'),
  endArea: (id: string): Intent => client.intend(`/v1/security-areas/${id}`, undefined, 'DELETE'),
  history: (id: string) => client.get<Wire['GradeHistory']>(`/v1/security-areas/${id}/grades`).then(({ grades }) => grades),
  grade: (id: string, body: Wire['NewGrade']): Intent => client.intend(`/v1/security-areas/${id}/grades`, body),
  newScheme: (body: Wire['NewGradingScheme']): Intent => client.intend('/v1/grading-schemes', body),
};
