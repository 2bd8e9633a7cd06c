import { createElement, memo } from 'react';
import { useStore } from 'zustand';
import { iconShapes, iconStore } from './icon-data';

interface Props {
  /** Name of a Lucide icon. */
  name: string;
  size?: number;
  /** Instead of one that is not there (yet). */
  fallback?: string;
  className?: string;
}

/** An icon beside text: it has no name of its own for those who listen. */
export const Icon = memo(function Icon({ name, size = 16, fallback, className }: Props) {
  useStore(iconStore, (s) => s.version);
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size >= 20 ? 1.75 : 2}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      aria-hidden="true"
      focusable="false"
    >
      {iconShapes(name, fallback).map(([tag, attrs], i) => createElement(tag, { key: i, ...attrs }))}
    </svg>
  );
});
