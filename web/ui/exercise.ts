/** Whether the server says that this is an exercise, before anybody has signed in; undefined when it does not answer. */
export async function askExercise(): Promise<boolean | undefined> {
  try {
    // It answers with 503 too when its database is away; what it says of the installation counts all the same.
    const answer: unknown = await (await fetch('/readyz', { cache: 'no-store' })).json();
    if (typeof answer !== 'object' || answer === null || !('exercise' in answer)) return undefined;
    return answer.exercise === true;
  } catch {
    return undefined;
  }
}
