import type { RoleWords } from './en_roles';

export const roles: RoleWords = {
  role: {
    personnel: 'موظف',
    warden: 'مراقب منطقة',
    local_security: 'مساعد أمن محلي',
    field_security_officer: 'ضابط أمن ميداني',
    regional_security_officer: 'ضابط أمن إقليمي',
    chief_of_mission: 'رئيس بعثة',
    area_security_coordinator: 'منسق أمن المنطقة',
    designated_official: 'المسؤول المكلّف',
    security_management_team: 'فريق إدارة الأمن',
    security_adviser: 'مستشار أمني',
    radio_room_operator: 'مشغّل غرفة اللاسلكي',
    operations_operator: 'مشغّل مركز العمليات',
    shift_lead: 'رئيس المناوبة',
    analyst: 'محلّل',
    restricted_case_officer: 'ضابط الحالات المقيّدة',
    list_steward: 'أمين القائمة',
    administrator: 'مسؤول النظام',
  },
  kind: {
    zone: 'منطقة مراقبة',
    security_area: 'منطقة أمنية',
    office: 'مكتب قُطري',
    region: 'إقليم',
    organisation: 'منظمة',
    country: 'بلد، كل المنظمات',
    installation: 'كل هذا التركيب',
  },
  origin: {
    appointment: 'تعيين',
    ad_interim: 'بالنيابة',
    break_glass: 'صلاحية طارئة',
    unsealed: 'كُشفت الأسماء',
  },
  rank: ['المراقب', 'البديل الأول', 'البديل الثاني'],
};
