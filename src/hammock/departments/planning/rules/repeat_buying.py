"""How often customers buy again, by BG/NBD, and how much, by Gamma-Gamma.

BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2)): while alive a customer buys at rate λ,
after each purchase they are gone with probability p; λ ~ Gamma(r, α) and p ~ Beta(a, b) over
customers. Gamma-Gamma (Fader & Hardie 2013): a customer's payments scatter around their own mean,
which is spread over customers by p, q, v. Times are in weeks.

The published fit is known to fall short on new times (12 % on CDNOW), so beside it stands a
corrected forecast: the models are fitted on the first part of the known weeks, asked for the rest
of them, and what they missed there moves the forecast and widens it (`Drift`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammaln, hyp2f1
from scipy.stats import t as student

Floats = NDArray[np.float64]
LEAST_CUSTOMERS = 30
LEAST_REPEATERS = 10
CUTS = (0.4, 0.5, 0.6, 0.7, 0.8)  # shares of the known weeks after which the models are rehearsed
DRAWS = 40
_EXACT = {"ftol": 1e-14, "gtol": 1e-6, "maxiter": 500}
_BOUNDS = (-12.0, 12.0)  # of the parameters' logarithms
_NOTHING_KNOWN = 30.0  # so many logarithms either way say nothing; without an end they overflow


@dataclass(frozen=True, kw_only=True)
class Histories:
    """A row for each customer: further purchases, week of the last one, weeks known, mean payment.

    Weeks count from the first purchase. `value` is the mean of further payments, 0 without any.
    """

    count: Floats
    last: Floats
    known: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.count)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Histories:
        """Give some of the customers."""
        return Histories(
            count=self.count[chosen],
            last=self.last[chosen],
            known=self.known[chosen],
            value=self.value[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class Buying:
    """A fitted BG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Paying:
    """A fitted Gamma-Gamma."""

    p: float
    q: float
    v: float
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Single purchases: whose (0, 1, …), in which week since the first day, and how much."""

    customer: NDArray[np.int64]
    week: Floats
    amount: Floats


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What the models missed when rehearsed: mean and standard deviation of log(came ÷ said)."""

    mean: float
    sd: float
    rehearsals: int


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """A sum over customers to come: the plain model's, the corrected one, and its interval."""

    plain: float
    middle: float
    low: float
    high: float


def histories(purchases: Purchases, *, until: float) -> Histories:
    """Fold purchases up to week `until` into a row a customer; a day's purchases are one."""
    known = purchases.week <= until + 1e-9
    customer, week = purchases.customer[known], purchases.week[known]
    order = np.lexsort((week, customer))
    customer, week, amount = customer[order], week[order], purchases.amount[known][order]
    new = np.concatenate([[True], (np.diff(customer) != 0) | (np.diff(week) > 1e-9)])
    day = np.cumsum(new) - 1
    customer, week = customer[new], week[new]
    amount = np.asarray(np.bincount(day, weights=amount), dtype=np.float64)
    starts = np.concatenate([[True], np.diff(customer) != 0])
    person = np.cumsum(starts) - 1
    first, last = week[starts], week[np.concatenate([starts[1:], [True]])]
    count = np.bincount(person).astype(np.float64) - 1
    further = np.bincount(person, weights=np.where(starts, 0.0, amount))
    return Histories(
        count=count,
        last=last - first,
        known=until - first,
        value=np.divide(further, count, out=np.zeros_like(further), where=count > 0),
    )


def fit_buying(customers: Histories, *, weights: Floats | None = None) -> Buying:
    """Fit BG/NBD by maximum likelihood."""
    each = np.ones(len(customers)) if weights is None else weights

    def miss(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value = -float(each @ _buying_likelihood(parameters, customers))
        return value, -(_buying_slope(parameters, customers) @ each) * parameters

    found = minimize(
        miss, np.zeros(4), jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 4, options=_EXACT
    )
    r, alpha, a, b = np.exp(found.x)
    return Buying(
        r=float(r), alpha=float(alpha), a=float(a), b=float(b), log_likelihood=-float(found.fun)
    )


def fit_paying(customers: Histories, *, weights: Floats | None = None) -> Paying:
    """Fit Gamma-Gamma on customers who bought again and paid something."""
    paid = (customers.count > 0) & (customers.value > 0)
    count, value = customers.count[paid], customers.value[paid]
    each = np.ones(len(count)) if weights is None else weights[paid]
    scale = float(np.median(value))  # so that cents and yen start alike

    def miss(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        rows = (
            gammaln(p * count + q)
            - gammaln(p * count)
            - gammaln(q)
            + q * np.log(v)
            + (p * count - 1) * np.log(value / scale)
            + p * count * np.log(count)
            - (p * count + q) * np.log(v + count * value / scale)
        )
        return -float(each @ rows)

    found = minimize(miss, np.zeros(3), method="L-BFGS-B", bounds=[_BOUNDS] * 3, options=_EXACT)
    p, q, v = np.exp(found.x)
    likelihood = -float(found.fun) - float(each.sum()) * np.log(scale)
    return Paying(p=float(p), q=float(q), v=float(v) * scale, log_likelihood=float(likelihood))


def alive(buying: Buying, customers: Histories) -> Floats:
    """Tell for each customer the probability that they will ever come back."""
    x = customers.count
    log_odds = np.log(buying.a / (buying.b + np.maximum(x, 1) - 1)) + (buying.r + x) * np.log(
        (buying.alpha + customers.known) / (buying.alpha + customers.last)
    )
    return np.where(x > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700.0))), 1.0)


def expected(buying: Buying, customers: Histories, *, weeks: float) -> Floats:
    """Tell how many purchases each customer will make in the coming weeks."""
    r, alpha, a, b = buying.r, buying.alpha, buying.a, buying.b
    x, known = customers.count, customers.known
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6
    ahead = weeks / (alpha + known)
    # The published form is (1 − z)^(r+x) · 2F1(r+x, b+x; a+b+x−1; z) with z = weeks ÷ (α + known +
    # weeks). By Pfaff's transformation it is this, which stays finite where r and b grow large.
    with np.errstate(all="ignore"):
        kept = hyp2f1(r + x, a - 1, a + b + x - 1, -ahead)
        exact = (a + b + x - 1) / (a - 1) * (1 - kept)
    # In far corners the series fails all the same; there everybody leaves with the mean chance.
    leaves = a / (a + b + x)
    near = -np.expm1(-(r + x) * np.log1p(leaves * ahead)) / leaves
    is_right = np.isfinite(exact) & (exact >= 0) & (exact <= (r + x) * ahead * (1 + 1e-9))
    found = np.where(is_right, exact, near) * alive(buying, customers)
    return np.asarray(np.maximum(found, 0.0), dtype=np.float64)


def mean_payment(paying: Paying, customers: Histories) -> Floats:
    """Tell what each customer pays on average, drawn towards everybody's mean."""
    p, q, v = paying.p, paying.q, paying.v
    x = customers.count * (customers.value > 0)
    q = max(q, 1.0 + 1e-3)
    everybody = v * p / (q - 1)
    own = p * x / (p * x + q - 1)
    return np.asarray((1 - own) * everybody + own * customers.value, dtype=np.float64)


def drift(purchases: Purchases, *, until: float) -> Drift:
    """Rehearse the model inside the known weeks, and tell what it missed."""
    missed = []
    for cut in CUTS:
        now = until * cut
        customers = histories(purchases, until=now)
        if len(customers) < LEAST_CUSTOMERS or (customers.count > 0).sum() < LEAST_REPEATERS:
            continue
        said = float(expected(fit_buying(customers), customers, weeks=until - now).sum())
        after = histories(purchases, until=until)
        came = float(after.count.sum() - customers.count.sum())
        if said > 0 and came > 0:
            missed.append(np.log(came / said))
    if not missed:
        return Drift(mean=0.0, sd=0.5, rehearsals=0)
    # The rehearsals share customers: they count as one opinion, drawn half towards none.
    mean = float(np.mean(missed)) / 2
    sd = float(np.sqrt(np.mean((np.array(missed) - mean) ** 2)))
    return Drift(mean=mean, sd=max(sd, 0.05), rehearsals=len(missed))


def nearby(
    buying: Buying, customers: Histories, *, draws: int = DRAWS, seed: int = 1
) -> list[Buying]:
    """Draw other parameters that the same customers could have come from.

    The likelihood's curvature at its peak gives their spread (Laplace); a weak pull towards the
    fit keeps directions finite that few customers say nothing about.
    """
    peak = np.log([buying.r, buying.alpha, buying.a, buying.b])

    def miss(logs: Floats) -> float:
        return -float(_buying_likelihood(np.exp(logs), customers).sum())

    curvature = _hessian(miss, peak) + np.eye(4) / 4
    values, directions = np.linalg.eigh(curvature)
    wide = directions / np.sqrt(np.maximum(values, 0.25))
    chance = np.random.default_rng(seed)
    found = peak + chance.standard_normal((draws, 4)) @ wide.T
    return [
        Buying(r=float(r), alpha=float(alpha), a=float(a), b=float(b), log_likelihood=float("nan"))
        for r, alpha, a, b in np.exp(np.clip(found, *_BOUNDS))
    ]


def foretell(
    per_customer: Floats, fits: Sequence[float], moved: Drift, *, share: float, scatter: float = 1.0
) -> Foretold:
    """Put an interval around a sum over customers.

    `fits` are the same sum by other fits, `scatter` the variance of one unit over its mean. The
    three kinds of doubt (which parameters, which luck, which world) add up as variances of
    logarithms; few rehearsals have heavy tails, hence Student's t with four degrees.
    """
    plain = float(per_customer.sum())
    if plain <= 0:
        return Foretold(plain=0.0, middle=0.0, low=0.0, high=0.0)
    of_fit = float(np.std(np.log(np.maximum(fits, 1e-9)))) if len(fits) > 1 else 0.0
    of_luck = scatter / plain
    sd = float(np.sqrt(of_fit**2 + of_luck + moved.sd**2))
    reach = min(float(student.ppf((1 + share) / 2, df=4)) * sd, _NOTHING_KNOWN)
    middle = plain * float(np.exp(moved.mean))
    return Foretold(
        plain=plain,
        middle=middle,
        low=middle * float(np.exp(-reach)),
        high=middle * float(np.exp(reach)),
    )


def _hessian(function: Callable[[Floats], float], place: Floats, step: float = 1e-3) -> Floats:
    size = len(place)
    found = np.empty((size, size))
    moves = np.eye(size) * step
    for i in range(size):
        for j in range(i, size):
            corners = [
                sign * function(place + one * moves[i] + other * moves[j])
                for one, other, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            found[i, j] = found[j, i] = sum(corners) / (4 * step**2)
    return found


def _buying_likelihood(parameters: Floats, customers: Histories) -> Floats:
    """Give each customer's log-likelihood."""
    r, alpha, a, b = parameters
    x = customers.count
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    still, gone = _still_and_gone(parameters, customers)
    return np.asarray(common + np.logaddexp(still, gone), dtype=np.float64)


def _still_and_gone(parameters: Floats, customers: Histories) -> tuple[Floats, Floats]:
    """Weigh, as logarithms, that a customer is still there and that they left after the last."""
    r, alpha, a, b = parameters
    x = customers.count
    still = -(r + x) * np.log(alpha + customers.known)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + customers.last)
    return still, np.where(x > 0, left, -np.inf)


def _buying_slope(parameters: Floats, customers: Histories) -> Floats:
    """Differentiate each customer's log-likelihood; a row for each parameter."""
    r, alpha, a, b = parameters
    x, last, known = customers.count, customers.last, customers.known
    still, gone = _still_and_gone(parameters, customers)
    left = np.exp(gone - np.logaddexp(still, gone))
    here = 1 - left
    by_r = (
        digamma(r + x)
        - digamma(r)
        + np.log(alpha)
        - here * np.log(alpha + known)
        - left * np.log(alpha + last)
    )
    by_alpha = r / alpha - (r + x) * (here / (alpha + known) + left / (alpha + last))
    by_a = digamma(a + b) - digamma(a + b + x) + left / a
    by_b = (
        digamma(b + x)
        - digamma(a + b + x)
        - digamma(b)
        + digamma(a + b)
        - left / (b + np.maximum(x, 1) - 1)
    )
    return np.array([by_r, by_alpha, by_a, by_b])
