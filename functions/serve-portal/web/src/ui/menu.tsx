import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../router';
import { Icon } from './icons';

interface MenuProps {
  /** What the button is called where its face does not say it. */
  label: string;
  face: ComponentChildren;
  class?: string;
  here?: Place;
  children: ComponentChildren;
}

/** A button that discloses a panel. Escape, a click elsewhere or going elsewhere closes it. */
export function Menu({ label, face, class: name = '', here, children }: MenuProps) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (box.current) box.current.open = false;
  }, [here]);
  useEffect(() => {
    const outside = (event: Event) => {
      if (box.current?.open && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
    };
  }, []);
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !box.current?.open) return;
    event.stopPropagation();
    box.current.open = false;
    box.current.querySelector('summary')?.focus();
  };
  return (
    <details ref={box} class={`menu ${name}`} onKeyDown={escape}>
      <summary class="button button-quiet" aria-label={label}>
        {face}
        <Icon name="down" />
      </summary>
      <div class="menu-panel">{children}</div>
    </details>
  );
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  lang?: string;
}

/** A few choices side by side: native radio buttons. */
export function Choices<T extends string>({ legend, name, value, choices, onChoose }: {
  legend: string; name: string; value: T; choices: Choice<T>[]; onChoose: (value: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      <div class="choices-row">
        {choices.map((choice) => (
          <label key={choice.value} class="choice" lang={choice.lang}>
            <input type="radio" name={name} value={choice.value} checked={choice.value === value}
              onChange={() => onChoose(choice.value)} />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
