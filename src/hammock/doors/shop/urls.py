"""The shop's addresses."""

from __future__ import annotations

from django.urls import path

from hammock.doors.shop import asking, buying, downloads, purchases, shelves, waiting

app_name = "shop"
urlpatterns = [
    path("products/", shelves.product_list, name="product_list"),
    path("products/<slug:slug>/", shelves.product, name="product"),
    path("cart/", buying.cart_page, name="cart"),
    path("cart/add/", buying.cart_add, name="cart_add"),
    path("cart/change/", buying.cart_change, name="cart_change"),
    path("checkout/", buying.checkout, name="checkout"),
    path("orders/<str:token>/", buying.order_page, name="order"),
    path("orders/<str:token>/pay/", buying.order_pay, name="order_pay"),
    path("orders/<str:token>/cancelled/", buying.order_cancelled, name="order_cancelled"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/leave/", purchases.leave, name="purchases_leave"),
    path("purchases/enter/<str:token>/", purchases.enter, name="purchases_enter"),
    path("purchases/<int:entitlement_id>/resend/", purchases.resend, name="resend"),
    path("purchases/<int:entitlement_id>/more/", asking.more_downloads, name="more_downloads"),
    path("purchases/refund/<str:reference>/", asking.refund, name="ask_refund"),
    path("purchases/discount/", asking.discount, name="ask_discount"),
    path("purchases/erase/", asking.erasure, name="ask_erasure"),
    path("offers/<str:code>/", asking.offer, name="offer"),
    path("waiting/<str:key>/", waiting.waiting_list, name="waiting_list"),
    path("downloads/<str:token>/", downloads.download, name="download"),
    path("receipts/<str:token>/", purchases.receipt, name="receipt"),
    path("calendar/<str:token>/", purchases.calendar, name="calendar"),
]
