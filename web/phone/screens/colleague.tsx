import { useRef, useState } from 'preact/hooks';
import { NAME_MAX } from '../item';
import { language } from '../language';
import { HoldButton } from './hold_button';

/** An alarm for somebody else: a name, then the same button. */
export function Colleague() {
  const words = language.words.value;
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const ready = (): boolean => {
    const given = name.trim() !== '';
    setMissing(!given);
    if (!given) field.current?.focus();
    return given;
  };
  return (
    <main>
      <h1>{words.colleague.title}</h1>
      <p>{words.colleague.intro}</p>
      <label>
        <span>{words.colleague.name}</span>
        <input
          ref={field}
          type="text"
          maxLength={NAME_MAX}
          autoComplete="off"
          dir="auto"
          value={name}
          aria-invalid={missing}
          aria-describedby="name-hint"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p id="name-hint" role="status" class="warned">
        {missing ? words.colleague.hint : ''}
      </p>
      <HoldButton about={() => name.trim()} hint={words.hold.how} ready={ready} />
    </main>
  );
}
