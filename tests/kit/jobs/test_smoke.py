import pytest
from django.contrib.auth.models import Group
from django.db import transaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("n", range(30))
def test_a(n):
    assert Group.objects.count() == 2
    with transaction.atomic(durable=True):
        Group.objects.create(name="x")
    Group.objects.filter(name="Editors").update(name="yy")


@pytest.mark.django_db(transaction=False)
def test_b():
    with transaction.atomic(durable=True):
        Group.objects.create(name="x")
