"""What scripts/bench does: inputs, contenders, scenarios that time them, figures without contenders, reports."""
