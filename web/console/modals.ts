let open = 0;

/** Says that a modal dialog stands in front of the page; the result says that it is gone. */
export function modalOpened(): () => void {
  open += 1;
  let gone = false;
  return () => {
    if (gone) return;
    gone = true;
    open -= 1;
  };
}

/** Whether a modal dialog stands in front of the page, whoever opened it: keys are for it alone. */
export function modalOpen(): boolean {
  return open > 0;
}
