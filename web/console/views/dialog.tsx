import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { words } from '../i18n';
import { modalOpened } from '../modals';

/** What is filled in first: a line of text or a choice. */
const FIRST_FIELD = 'form :is(input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select):not(:disabled)';

/** A question or form in front of everything else. Esc closes it; the focus goes back to where it was. */
export function Modal({
  title,
  onClose,
  tone,
  children,
}: {
  title: string;
  onClose: () => void;
  tone?: 'danger';
  children: ComponentChildren;
}) {
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    // The browser takes the first button, which closes: what there is to fill in comes before it.
    box.current?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    const gone = modalOpened();
    return () => {
      gone();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={`modal ${tone ?? ''}`}
      aria-labelledby={id}
      onKeyDown={(event) => {
        // It is for the dialog alone, however soon that is gone: what is behind it stays as it is.
        if (event.key === 'Escape') event.stopPropagation();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="modal-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet icon" aria-label={words().close} onClick={onClose}>
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d="M4 4l12 12M16 4L4 16" stroke="currentColor" stroke-width="2" />
          </svg>
        </button>
      </div>
      {children}
    </dialog>
  );
}
