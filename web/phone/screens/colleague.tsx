import { useState } from 'preact/hooks';
import { colleague, NAME_MAX } from '../about';
import { language } from '../language';
import { HoldButton } from './hold_button';

/** An alarm for somebody else: the same button, with a name where there is time for one. Nothing waits for the name. */
export function Colleague() {
  const words = language.words.value;
  const [name, setName] = useState('');
  return (
    <main>
      <h1>{words.colleague.title}</h1>
      <label>
        <span>{words.colleague.name}</span>
        <input
          type="text"
          maxLength={NAME_MAX}
          autoComplete="off"
          dir="auto"
          value={name}
          aria-describedby="name-hint"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <HoldButton about={() => colleague(name)} hint={words.hold.how} />
      <p id="name-hint">{words.colleague.hint}</p>
      <p class="note">{words.colleague.intro}</p>
    </main>
  );
}
