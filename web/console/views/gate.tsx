import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { words } from '../i18n';
import { session } from '../session';
import { testAndEnable } from '../sound/ringer';
import { Entrance } from './entrance';
import { FormError } from './field';

/** The shift cannot start before the sound was tried: here is where alarms get lost. */
export function SoundGate() {
  const { gate } = words();
  const failed = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  const test = async (): Promise<void> => {
    failed.value = false;
    failed.value = !(await testAndEnable());
  };
  return (
    <Entrance title={gate.title}>
      <p>{gate.lead}</p>
      <p>{gate.volume}</p>
      <button ref={button} class="primary wide tall" onClick={() => void test()}>
        {gate.button}
      </button>
      <FormError text={failed.value ? gate.failed : undefined} />
      <p class="reach">{session.value?.texts ? gate.reachTexts : gate.reach}</p>
    </Entrance>
  );
}
