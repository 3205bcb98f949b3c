/// The screens of Petri's workbench, the Elm way: a state, messages that change it, effects outside, and a pure view.
public enum Workbench {}
